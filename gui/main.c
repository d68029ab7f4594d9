/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>
#include <locale.h>
#include <malloc.h>

#include "muri-application.h"
#include "muri-config.h"
#include "muri-trim.h"

/* GDK loads a driver before it knows that nothing will be drawn with it: where that is done in
 * software, a compiler of 60 MB. */
static void
leave_out_gl (void)
{
  const char *flags = g_getenv ("GDK_DEBUG");
  g_autofree char *more = NULL;

  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") != 0)
    return;
  more = flags ? g_strconcat (flags, ",gl-disable", NULL) : g_strdup ("gl-disable");
  g_setenv ("GDK_DEBUG", more, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (MuriApplication) application = NULL;
  const char *localedir = g_getenv ("MURI_LOCALEDIR");

  muri_trim_share_heaps ();
  leave_out_gl ();
  /* One heap for this thread and one for a dozen that mostly wait. */
  mallopt (M_ARENA_MAX, 2);
  setlocale (LC_ALL, "");
  bindtextdomain (MURI_GETTEXT_PACKAGE, localedir ? localedir : MURI_LOCALEDIR);
  bind_textdomain_codeset (MURI_GETTEXT_PACKAGE, "UTF-8");
  textdomain (MURI_GETTEXT_PACKAGE);

  application = muri_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
