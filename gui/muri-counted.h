/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* As their namesakes of GLib, but %u is written as the locale groups its digits: "18,000 VMs".
 * For numbers of things that a person reads; %u has no flags, width or precision. */
char *muri_counted (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_WARN_UNUSED_RESULT;
void muri_counted_append (GString *string, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Whether @text is @n, grouped or not: as it was shown, or as people type it. */
gboolean muri_counted_is (const char *text, guint n);

G_END_DECLS
