/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
muri_about_present (GtkWindow *parent)
{
  static const char *const developers[] = { "The Muri contributors", NULL };

  adw_show_about_window (
      parent, "application-name", _ ("Muri"), "application-icon", MURI_APPLICATION_ID,
      "developer-name", _ ("The Muri contributors"), "version", MURI_VERSION, "comments",
      _ ("Muri runs a flock of hypervisor hosts from the desktop, without a server between."),
      "license-type", GTK_LICENSE_GPL_3_0, "developers", developers,
      /* Translators: your names, a line each */
      "translator-credits", _ ("translator-credits"), "copyright", "© 2026 The Muri contributors",
      NULL);
}
