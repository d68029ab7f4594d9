/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-fleet.h"

G_BEGIN_DECLS

/* What a template comes from and what came from it, as lines of a tree. */
typedef struct
{
  gpointer object; /* MuriTemplate or MuriVm; NULL: only @text */
  guint depth;
  char *text; /* of what is not there or of those that are too many */
} MuriLineageLine;

/* (element-type MuriLineageLine): ancestors, itself, what was made of it, and its clones.
 * Transfer full. */
GPtrArray *muri_lineage_new (MuriFleet *fleet, MuriTemplate *shown);

G_END_DECLS
