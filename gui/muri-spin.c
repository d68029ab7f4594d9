/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-spin.h"

guint64
muri_spin_get_number (GtkSpinButton *button)
{
  GtkAdjustment *adjustment = gtk_spin_button_get_adjustment (button);
  guint64 number;

  if (g_ascii_string_to_unsigned (gtk_editable_get_text (GTK_EDITABLE (button)), 10,
                                  (guint64)gtk_adjustment_get_lower (adjustment),
                                  (guint64)gtk_adjustment_get_upper (adjustment), &number, NULL))
    return number;
  return (guint64)gtk_spin_button_get_value (button);
}
