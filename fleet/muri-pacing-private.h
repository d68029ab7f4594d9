/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "muri-pacing.h"

G_BEGIN_DECLS

/* As it is kept: (uuuuuub). Transfer full. */
char *muri_pacing_print (const MuriPacing *pacing);

/* Whatever is not of that form is no pacing. */
void muri_pacing_parse (const char *text, MuriPacing *pacing);

/* How many failures stop it, of so many targets; 0 none. */
guint muri_pacing_get_limit (const MuriPacing *pacing, guint n_targets);

/* Of a start in order: the verbs that go in reverse, and without delay. */
gboolean muri_pacing_is_reverse (guint verb);

G_END_DECLS
