/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-event-words.h"

#include <glib/gi18n.h>

#include "muri-format.h"

char *
muri_event_words (MuriEvent *event)
{
  const char *kind = muri_format_event_kind (muri_event_get_kind (event));
  const char *detail = muri_event_get_detail (event);

  if (detail == NULL || *detail == '\0')
    return g_strdup (kind);
  /* Translators: what happened, and the words of the host about it: "Crashed: guest panicked" */
  return g_strdup_printf (C_ ("event and detail", "%s: %s"), kind, detail);
}

const char *
muri_event_words_object (MuriEvent *event)
{
  const char *vm = muri_event_get_vm_name (event);

  return vm && *vm ? vm : muri_event_get_node_name (event);
}

void
muri_event_words_set_icon (GtkImage *image, guint severity)
{
  GtkWidget *widget = GTK_WIDGET (image);

  gtk_widget_remove_css_class (widget, "error");
  gtk_widget_remove_css_class (widget, "warning");
  switch (severity)
    {
    case MURI_SEVERITY_ERROR:
      gtk_image_set_from_icon_name (image, "dialog-error-symbolic");
      gtk_widget_add_css_class (widget, "error");
      break;
    case MURI_SEVERITY_WARNING:
      gtk_image_set_from_icon_name (image, "dialog-warning-symbolic");
      gtk_widget_add_css_class (widget, "warning");
      break;
    default:
      /* Its place stays, so that the words stand in line. */
      gtk_image_clear (image);
      gtk_image_set_pixel_size (image, 16);
      gtk_widget_set_size_request (widget, 16, -1);
    }
  gtk_widget_set_tooltip_text (widget, muri_format_severity (severity));
}
