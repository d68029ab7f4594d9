/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-tick-picker.h"

#include <glib/gi18n.h>

#include "muri-counted.h"

/* So many are named on the button. */
#define NAMED 2

struct _MuriTickPicker
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *label;
  GtkEditable *entry;
  GtkListBox *list;
  GtkWidget *popover;
  char *none;
  char *folded;
  MuriTickNew make_new;
  gboolean single;
  gboolean ticking;
};

G_DEFINE_FINAL_TYPE (MuriTickPicker, muri_tick_picker, GTK_TYPE_WIDGET)

static guint changed_signal;

static const char *
get_data (GtkListBoxRow *row, const char *key)
{
  return g_object_get_data (G_OBJECT (row), key);
}

static GtkCheckButton *
check_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "check");
}

static void
update_label (MuriTickPicker *self)
{
  GString *text = g_string_new (NULL);
  guint n = 0;
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (gtk_check_button_get_active (check_of (row)) && n++ < NAMED)
      g_string_append_printf (text, "%s%s", text->len > 0 ? C_ ("list separator", ", ") : "",
                              get_data (row, "label"));
  if (n > NAMED)
    muri_counted_append (text, C_ ("chosen", " and %u more"), n - NAMED);
  gtk_label_set_text (GTK_LABEL (self->label), n > 0 ? text->str : self->none);
  gtk_widget_set_tooltip_text (self->label, n > 0 ? text->str : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->button)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, n > 0 ? text->str : self->none,
                                  -1);
  g_string_free (text, TRUE);
}

static void
on_ticked (MuriTickPicker *self, GtkCheckButton *check)
{
  GtkListBoxRow *row;

  if (self->ticking)
    return;
  self->ticking = TRUE;
  for (int i = 0; self->single && gtk_check_button_get_active (check)
                  && (row = gtk_list_box_get_row_at_index (self->list, i));
       i++)
    if (check_of (row) != check)
      gtk_check_button_set_active (check_of (row), FALSE);
  self->ticking = FALSE;
  update_label (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_row_activated (MuriTickPicker *self, GtkListBoxRow *row)
{
  GtkCheckButton *check = check_of (row);

  if (!gtk_widget_get_sensitive (GTK_WIDGET (row)))
    return;
  gtk_check_button_set_active (check, !gtk_check_button_get_active (check));
  if (self->single)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static gboolean
is_found (GtkListBoxRow *row, gpointer user_data)
{
  MuriTickPicker *self = user_data;
  g_autofree char *own = g_utf8_casefold (get_data (row, "label"), -1);

  return !self->folded || strstr (own, self->folded);
}

static void
on_search_changed (MuriTickPicker *self)
{
  const char *text = gtk_editable_get_text (self->entry);

  g_free (self->folded);
  self->folded = *text ? g_utf8_casefold (text, -1) : NULL;
  gtk_list_box_invalidate_filter (self->list);
}

static GtkListBoxRow *
first_found (MuriTickPicker *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (gtk_widget_get_child_visible (GTK_WIDGET (row))
        && gtk_widget_get_sensitive (GTK_WIDGET (row)))
      return row;
  return NULL;
}

/* Enter takes the first that matches, or what was typed where that can be made. */
static void
on_entry_activate (MuriTickPicker *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autofree char *id = NULL;
  GtkListBoxRow *row;

  /* The entry tells a little later what was typed. */
  on_search_changed (self);
  row = first_found (self);
  if (!row && *text && self->make_new)
    id = self->make_new (text);
  if (row)
    on_row_activated (self, row);
  else if (id)
    muri_tick_picker_choose (self, id);
  gtk_editable_set_text (self->entry, "");
}

static void
on_shown (MuriTickPicker *self)
{
  gtk_editable_set_text (self->entry, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
muri_tick_picker_dispose (GObject *object)
{
  MuriTickPicker *self = MURI_TICK_PICKER (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);

  G_OBJECT_CLASS (muri_tick_picker_parent_class)->dispose (object);
}

static void
muri_tick_picker_finalize (GObject *object)
{
  MuriTickPicker *self = MURI_TICK_PICKER (object);

  g_free (self->none);
  g_free (self->folded);

  G_OBJECT_CLASS (muri_tick_picker_parent_class)->finalize (object);
}

static void
muri_tick_picker_class_init (MuriTickPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_tick_picker_dispose;
  G_OBJECT_CLASS (klass)->finalize = muri_tick_picker_finalize;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_popover (MuriTickPicker *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *entry = gtk_search_entry_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *list = gtk_list_box_new ();

  self->entry = GTK_EDITABLE (entry);
  self->list = GTK_LIST_BOX (list);
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_list_box_set_filter_func (self->list, is_found, self, NULL);
  gtk_widget_add_css_class (list, "tick-list");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 320);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scrolled), 300);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_box_append (GTK_BOX (box), entry);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  g_signal_connect_swapped (entry, "search-changed", G_CALLBACK (on_search_changed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_entry_activate), self);
  g_signal_connect_swapped (entry, "stop-search", G_CALLBACK (gtk_popover_popdown), popover);
  g_signal_connect_swapped (list, "row-activated", G_CALLBACK (on_row_activated), self);
  g_signal_connect_swapped (popover, "show", G_CALLBACK (on_shown), self);
  return popover;
}

static void
muri_tick_picker_init (MuriTickPicker *self)
{
  self->button = gtk_menu_button_new ();
  self->label = g_object_new (GTK_TYPE_LABEL, "ellipsize", PANGO_ELLIPSIZE_END, "xalign", 0.0,
                              "width-chars", 12, "max-width-chars", 24, NULL);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->button), TRUE);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), self->label);
  self->popover = make_popover (self);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

void
muri_tick_picker_set_up (MuriTickPicker *self, const char *none, gboolean single,
                         MuriTickNew make_new)
{
  g_free (self->none);
  self->none = g_strdup (none);
  self->single = single;
  self->make_new = make_new;
  update_label (self);
}

static GtkWidget *
make_texts (const char *label, const char *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = g_object_new (GTK_TYPE_LABEL, "label", label, "xalign", 0.0, "ellipsize",
                                   PANGO_ELLIPSIZE_END, NULL);
  GtkWidget *second = g_object_new (GTK_TYPE_LABEL, "label", detail, "xalign", 0.0, "ellipsize",
                                    PANGO_ELLIPSIZE_END, "visible", detail && *detail, NULL);

  gtk_widget_add_css_class (second, "caption");
  gtk_widget_add_css_class (second, "dim-label");
  gtk_widget_add_css_class (second, "numeric");
  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  return box;
}

void
muri_tick_picker_add (MuriTickPicker *self, const char *id, const char *icon, const char *label,
                      const char *detail, const char *reason)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *check = gtk_check_button_new ();

  gtk_widget_set_can_focus (check, FALSE);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (on_ticked), self);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (box), make_texts (label, reason ? reason : detail));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_sensitive (row, reason == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  g_object_set_data_full (G_OBJECT (row), "icon", g_strdup (icon), g_free);
  g_object_set_data_full (G_OBJECT (row), "label", g_strdup (label), g_free);
  g_object_set_data (G_OBJECT (row), "check", check);
  gtk_list_box_append (self->list, row);
}

void
muri_tick_picker_clear (MuriTickPicker *self)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->list, 0)))
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  update_label (self);
}

void
muri_tick_picker_choose (MuriTickPicker *self, const char *id)
{
  GtkListBoxRow *row;
  int i;

  for (i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (g_str_equal (get_data (row, "id"), id))
      break;
  if (!row && self->make_new)
    {
      const char *label = strchr (id, ':') ? strchr (id, ':') + 1 : id;

      muri_tick_picker_add (self, id, "list-add-symbolic", label, _ ("New"), NULL);
      row = gtk_list_box_get_row_at_index (self->list, i);
    }
  if (row && gtk_widget_get_sensitive (GTK_WIDGET (row)))
    gtk_check_button_set_active (check_of (row), TRUE);
}

GPtrArray *
muri_tick_picker_get_chosen (MuriTickPicker *self)
{
  GPtrArray *ids = g_ptr_array_new ();
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (gtk_check_button_get_active (check_of (row)))
      g_ptr_array_add (ids, (char *)get_data (row, "id"));
  return ids;
}
