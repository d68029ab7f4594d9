/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-table-private.h"

/* What goes first where there is no room for all columns. */
static const MuriColumn drop_order[] = {
  MURI_COLUMN_UPTIME, MURI_COLUMN_DISK, MURI_COLUMN_NETWORK, MURI_COLUMN_ADDRESS, MURI_COLUMN_HOST,
};

/* The column view's sorter tells nobody in GTK 4.8 which column it sorts by: it is asked to
 * compare, and the column's own sorter that it then calls notes which one it is. */
static int probed_column;

static int
probe (gconstpointer a, gconstpointer b, gpointer user_data)
{
  probed_column = GPOINTER_TO_INT (user_data);
  return GTK_ORDERING_LARGER;
}

char *
muri_table_key (MuriTable *self, const char *prefix)
{
  return g_strconcat (prefix, self->item_type == MURI_TYPE_NODE ? "-hosts" : "-vms", NULL);
}

static void
update_sort_actions (MuriTable *self)
{
  const char *id = muri_column_get_id (muri_ranking_get_column (self->ranking));

  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "sort")),
      g_variant_new_string (id));
  g_simple_action_set_state (
      G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), "descending")),
      g_variant_new_boolean (muri_ranking_get_descending (self->ranking)));
}

static void
set_order (MuriTable *self, MuriColumn column, gboolean descending)
{
  g_autofree char *key = muri_table_key (self, "sort");
  g_autofree char *value = g_strconcat (descending ? "-" : "", muri_column_get_id (column), NULL);

  muri_ranking_set_order (self->ranking, column, descending);
  g_settings_set_string (self->settings, key, value);
  update_sort_actions (self);
}

static void
on_sorter_changed (MuriTable *self)
{
  GtkOrdering order;

  if (self->sorting)
    return;
  probed_column = -1;
  order = gtk_sorter_compare (gtk_column_view_get_sorter (self->columns_view), self->settings,
                              self->ranking);
  if (probed_column >= 0)
    set_order (self, probed_column, order == GTK_ORDERING_SMALLER);
}

static void
sort_view (MuriTable *self, MuriColumn column, gboolean descending)
{
  self->sorting = TRUE;
  gtk_column_view_sort_by_column (self->columns_view, self->columns[column],
                                  descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
  self->sorting = FALSE;
  set_order (self, column, descending);
}

static void
on_sort (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriTable *self = user_data;
  MuriColumn column;

  if (muri_column_from_id (g_variant_get_string (parameter, NULL), &column)
      && self->columns[column])
    sort_view (self, column, muri_ranking_get_descending (self->ranking));
}

static void
on_descending (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  MuriTable *self = user_data;

  sort_view (self, muri_ranking_get_column (self->ranking), g_variant_get_boolean (state));
}

static gboolean
is_hidden (MuriTable *self, MuriColumn column)
{
  g_autofree char *key = muri_table_key (self, "hidden-columns");
  g_auto (GStrv) hidden = g_settings_get_strv (self->settings, key);

  return g_strv_contains ((const char *const *)hidden, muri_column_get_id (column));
}

static void
on_column_toggled (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  MuriTable *self = user_data;
  g_autofree char *key = muri_table_key (self, "hidden-columns");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) hidden = NULL;
  MuriColumn toggled;

  if (!muri_column_from_id (g_action_get_name (G_ACTION (action)) + strlen ("show-"), &toggled))
    return;
  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (self->columns[i] && (i == toggled ? !g_variant_get_boolean (state) : is_hidden (self, i)))
      g_strv_builder_add (builder, muri_column_get_id (i));
  hidden = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, key, (const char *const *)hidden);
  g_simple_action_set_state (action, state);
  muri_table_fit_columns (self);
}

/* GTK 4.8 counts the widths of hidden columns when it shares out what is left: they get none. */
static void
show_column (MuriTable *self, MuriColumn column, gboolean shown)
{
  GtkColumnViewColumn *view_column = self->columns[column];

  if (gtk_column_view_column_get_visible (view_column) == shown)
    return;
  if (!shown)
    self->widths[column] = gtk_column_view_column_get_fixed_width (view_column);
  gtk_column_view_column_set_fixed_width (view_column, shown ? self->widths[column] : 0);
  gtk_column_view_column_set_visible (view_column, shown);
}

static int
width_of (MuriTable *self, MuriColumn column)
{
  return gtk_column_view_column_get_visible (self->columns[column])
             ? gtk_column_view_column_get_fixed_width (self->columns[column])
             : self->widths[column];
}

/* The name takes what is left; the columns that do not fit any more are left out. */
void
muri_table_fit_columns (MuriTable *self)
{
  gboolean shown[MURI_N_COLUMNS] = { FALSE };
  int room = gtk_widget_get_width (GTK_WIDGET (self));
  int needed = 0;

  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (self->columns[i] && (i == MURI_COLUMN_NAME || !is_hidden (self, i)))
      {
        shown[i] = TRUE;
        needed += width_of (self, i);
      }
  for (guint i = 0; room > 0 && needed > room && i < G_N_ELEMENTS (drop_order); i++)
    if (shown[drop_order[i]])
      {
        shown[drop_order[i]] = FALSE;
        needed -= width_of (self, drop_order[i]);
      }
  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (self->columns[i])
      show_column (self, i, shown[i]);
}

static void
add_column (MuriTable *self, MuriColumn column)
{
  GtkColumnViewColumn *view_column = gtk_column_view_column_new (
      muri_column_get_title (column), muri_table_cell_factory_new (self, column));
  g_autoptr (GtkSorter) sorter =
      GTK_SORTER (gtk_custom_sorter_new (probe, GINT_TO_POINTER (column), NULL));

  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  gtk_column_view_column_set_expand (view_column, column == MURI_COLUMN_NAME);
  gtk_column_view_column_set_fixed_width (view_column,
                                          muri_column_get_width (column, self->item_type));
  gtk_column_view_column_set_header_menu (view_column, G_MENU_MODEL (self->view_menu));
  gtk_column_view_append_column (self->columns_view, view_column);
  self->columns[column] = view_column;
}

static void
add_column_action (MuriTable *self, MuriColumn column, GMenu *sort_menu, GMenu *column_menu)
{
  g_autofree char *name = g_strconcat ("show-", muri_column_get_id (column), NULL);
  g_autofree char *detailed = g_strconcat ("table.", name, NULL);
  g_autofree char *sort = g_strconcat ("table.sort::", muri_column_get_id (column), NULL);
  g_autoptr (GSimpleAction) action = NULL;

  g_menu_append (sort_menu, muri_column_get_title (column), sort);
  if (column == MURI_COLUMN_NAME)
    return;
  action =
      g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (!is_hidden (self, column)));
  g_signal_connect_object (action, "change-state", G_CALLBACK (on_column_toggled), self, 0);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
  g_menu_append (column_menu, muri_column_get_title (column), detailed);
}

static void
make_menu (MuriTable *self)
{
  static const GActionEntry entries[] = {
    { "sort", on_sort, "s", "'name'", NULL, { 0 } },
    { "descending", NULL, NULL, "false", on_descending, { 0 } },
  };
  g_autoptr (GMenu) sort_menu = g_menu_new ();
  g_autoptr (GMenu) order_menu = g_menu_new ();
  g_autoptr (GMenu) sort_submenu = g_menu_new ();
  g_autoptr (GMenu) column_menu = g_menu_new ();
  g_autoptr (GMenu) upper = g_menu_new ();
  g_autoptr (GMenu) lower = g_menu_new ();
  g_autoptr (GAction) comfortable = g_settings_create_action (self->settings, "comfortable-rows");

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), comfortable);
  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (muri_column_applies (i, self->item_type))
      add_column_action (self, i, sort_menu, column_menu);
  g_menu_append (order_menu, _ ("Descending"), "table.descending");
  g_menu_append_section (sort_submenu, NULL, G_MENU_MODEL (sort_menu));
  g_menu_append_section (sort_submenu, NULL, G_MENU_MODEL (order_menu));
  g_menu_append_submenu (upper, _ ("Sort By"), G_MENU_MODEL (sort_submenu));
  g_menu_append_submenu (upper, _ ("Columns"), G_MENU_MODEL (column_menu));
  g_menu_append (lower, _ ("Comfortable Rows"), "table.comfortable-rows");
  g_menu_append_section (self->view_menu, NULL, G_MENU_MODEL (upper));
  g_menu_append_section (self->view_menu, NULL, G_MENU_MODEL (lower));
}

/* Figures stand at the right, so do their titles: GTK 4.8 has no property for that. */
static void
align_titles (MuriTable *self)
{
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->columns_view));
  GtkWidget *title = header ? gtk_widget_get_first_child (header) : NULL;

  for (guint i = 0; i < MURI_N_COLUMNS && title; i++)
    {
      GtkWidget *box;

      if (!self->columns[i])
        continue;
      box = gtk_widget_get_first_child (title);
      if (box && muri_column_is_figure (i))
        {
          GtkWidget *label = gtk_widget_get_first_child (box);

          gtk_widget_set_halign (box, GTK_ALIGN_END);
          gtk_widget_insert_before (label, box, NULL);
        }
      title = gtk_widget_get_next_sibling (title);
    }
}

static void
restore_order (MuriTable *self)
{
  g_autofree char *key = muri_table_key (self, "sort");
  g_autofree char *value = g_settings_get_string (self->settings, key);
  gboolean descending = *value == '-';
  MuriColumn column;

  if (!muri_column_from_id (value + descending, &column) || !self->columns[column])
    column = MURI_COLUMN_NAME;
  sort_view (self, column, descending);
}

void
muri_table_make_columns (MuriTable *self)
{
  make_menu (self);
  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (muri_column_applies (i, self->item_type))
      add_column (self, i);
  align_titles (self);
  restore_order (self);
  g_signal_connect_object (gtk_column_view_get_sorter (self->columns_view), "changed",
                           G_CALLBACK (on_sorter_changed), self, G_CONNECT_SWAPPED);
}
