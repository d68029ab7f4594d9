/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-event-words.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-graph-csv.h"

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

MuriEventTheme
muri_event_get_theme (MuriEvent *event)
{
  guint kind = muri_event_get_kind (event);

  switch (kind)
    {
    case MURI_EVENT_OPERATION_RECEIVED:
    case MURI_EVENT_OPERATION_FINISHED:
      return MURI_THEME_OPERATIONS;
    case MURI_EVENT_ALARM_BEGAN:
    case MURI_EVENT_ALARM_ENDED:
      return MURI_THEME_ALARMS;
    case MURI_EVENT_CONSOLE_NOTICE:
    case MURI_EVENT_SAMPLE_REFUSED:
      return MURI_THEME_CONSOLE;
    default:
      return muri_event_get_vm_id (event) ? MURI_THEME_VMS : MURI_THEME_HOSTS;
    }
}

static void
append_cell (GString *csv, const char *text, gboolean last)
{
  muri_graph_csv_append (csv, text ? text : "");
  g_string_append (csv, last ? "\r\n" : ",");
}

char *
muri_events_to_csv (GListModel *events)
{
  GString *csv = g_string_new ("time,severity,event,detail,vm,host\r\n");

  for (guint i = 0; i < g_list_model_get_n_items (events); i++)
    {
      g_autoptr (MuriEvent) event = g_list_model_get_item (events, i);
      g_autoptr (GDateTime) seconds =
          g_date_time_new_from_unix_utc (muri_event_get_time (event) / G_TIME_SPAN_SECOND);
      g_autofree char *time = seconds ? g_date_time_format_iso8601 (seconds) : NULL;

      append_cell (csv, time, FALSE);
      append_cell (csv, muri_format_severity (muri_event_get_severity (event)), FALSE);
      append_cell (csv, muri_format_event_kind (muri_event_get_kind (event)), FALSE);
      append_cell (csv, muri_event_get_detail (event), FALSE);
      append_cell (csv, muri_event_get_vm_name (event), FALSE);
      append_cell (csv, muri_event_get_node_name (event), TRUE);
    }
  return g_string_free (csv, FALSE);
}
