/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-event-words.h"

#include <glib/gi18n.h>

#include "muri-format.h"

/* An agent's "power-on: 12/13" as "Start, 12/13". */
static char *
translate_verb (const char *detail)
{
  const char *colon = strchr (detail, ':');
  g_autofree char *nick = colon ? g_strndup (detail, colon - detail) : NULL;
  guint verb = nick ? muri_verb_from_nick (nick) : MURI_VERB_NONE;

  if (verb == MURI_VERB_NONE)
    return g_strdup (detail);
  /* Translators: a verb, and how many of its targets succeeded: "Start, 12/13" */
  return g_strdup_printf (C_ ("event", "%s, %s"), muri_format_verb (verb),
                          colon + 1 + strspn (colon + 1, " "));
}

char *
muri_event_words (MuriEvent *event)
{
  guint number = muri_event_get_kind (event);
  const char *kind = muri_format_event_kind (number);
  const char *detail = muri_event_get_detail (event);
  g_autofree char *words = NULL;

  if (detail == NULL || *detail == '\0')
    return g_strdup (kind);
  if (number == MURI_EVENT_OPERATION_RECEIVED || number == MURI_EVENT_OPERATION_FINISHED)
    words = translate_verb (detail);
  /* Translators: what happened, and the words of the host about it: "Crashed: guest panicked" */
  return g_strdup_printf (C_ ("event and detail", "%s: %s"), kind, words ? words : detail);
}

const char *
muri_event_words_object (MuriEvent *event)
{
  const char *vm = muri_event_get_vm_name (event);

  if (muri_event_get_kind (event) == MURI_EVENT_CONSOLE_NOTICE)
    return _ ("This console");
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
  gtk_accessible_update_property (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  muri_format_severity (severity), -1);
}
