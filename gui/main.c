/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>
#include <locale.h>

#include "muri-application.h"
#include "muri-config.h"

int
main (int argc, char **argv)
{
  g_autoptr (MuriApplication) application = NULL;
  const char *localedir = g_getenv ("MURI_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (MURI_GETTEXT_PACKAGE, localedir ? localedir : MURI_LOCALEDIR);
  bind_textdomain_codeset (MURI_GETTEXT_PACKAGE, "UTF-8");
  textdomain (MURI_GETTEXT_PACKAGE);

  application = muri_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
