/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-graph-picture.h"

G_BEGIN_DECLS

/* The data of what @picture shows, as RFC 4180 has it: a line a moment with the average, least and
 * largest value of each curve, empty where it is not known. Any thread. */
char *muri_graph_csv_new (const MuriGraphPicture *picture);

/* Appends @text as a field, quoted where it must be. */
void muri_graph_csv_append (GString *csv, const char *text);

G_END_DECLS
