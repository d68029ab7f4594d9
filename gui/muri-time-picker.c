/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-time-picker.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget *popover;
  GtkCalendar *calendar;
  GtkSpinButton *hour;
  GtkSpinButton *minute;
  MuriTimePickedFunc picked;
  gpointer user_data;
} Picker;

static void
on_go (Picker *picker)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (picker->calendar);
  g_autoptr (GDateTime) date = g_date_time_new_local (
      g_date_time_get_year (day), g_date_time_get_month (day), g_date_time_get_day_of_month (day),
      gtk_spin_button_get_value_as_int (picker->hour),
      gtk_spin_button_get_value_as_int (picker->minute), 0);

  gtk_popover_popdown (GTK_POPOVER (picker->popover));
  if (date)
    picker->picked (g_date_time_to_unix (date) * G_TIME_SPAN_SECOND, picker->user_data);
}

/* "07", as clocks say it. */
static gboolean
on_output (GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (spin));

  if (!g_str_equal (gtk_editable_get_text (GTK_EDITABLE (spin)), text))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

static GtkSpinButton *
make_spin (Picker *picker, int value, int max, const char *name)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (0, max, 1);

  gtk_spin_button_set_wrap (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 2);
  g_signal_connect (spin, "output", G_CALLBACK (on_output), NULL);
  g_signal_connect_swapped (spin, "activate", G_CALLBACK (on_go), picker);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  on_output (GTK_SPIN_BUTTON (spin));
  gtk_widget_add_css_class (spin, "numeric");
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return GTK_SPIN_BUTTON (spin);
}

GtkWidget *
muri_time_picker_new (gint64 time, MuriTimePickedFunc picked, gpointer user_data)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time / G_TIME_SPAN_SECOND);
  Picker *picker = g_new0 (Picker, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *clock = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *go = gtk_button_new_with_label (_ ("Go to Time"));

  picker->popover = gtk_popover_new ();
  picker->picked = picked;
  picker->user_data = user_data;
  picker->calendar = GTK_CALENDAR (gtk_calendar_new ());
  gtk_calendar_select_day (picker->calendar, date);
  picker->hour = make_spin (picker, g_date_time_get_hour (date), 23, _ ("Hour"));
  picker->minute = make_spin (picker, g_date_time_get_minute (date), 59, _ ("Minute"));
  gtk_widget_set_halign (clock, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (clock), GTK_WIDGET (picker->hour));
  gtk_box_append (GTK_BOX (clock), gtk_label_new (":"));
  gtk_box_append (GTK_BOX (clock), GTK_WIDGET (picker->minute));
  gtk_widget_add_css_class (go, "suggested-action");
  g_signal_connect_swapped (go, "clicked", G_CALLBACK (on_go), picker);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (picker->calendar));
  gtk_box_append (GTK_BOX (box), clock);
  gtk_box_append (GTK_BOX (box), go);
  gtk_popover_set_child (GTK_POPOVER (picker->popover), box);
  gtk_widget_add_css_class (picker->popover, "time-picker");
  g_object_set_data_full (G_OBJECT (picker->popover), "picker", picker, g_free);
  return picker->popover;
}
