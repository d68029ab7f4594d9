/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>

#include "muri-config.h"
#include "muri-table-private.h"

G_DEFINE_FINAL_TYPE (MuriTable, muri_table, GTK_TYPE_WIDGET)

enum
{
  PROP_ITEM_TYPE = 1,
  PROP_ROW_MENU,
  PROP_SOURCE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

void
muri_table_open (MuriTable *self, gpointer item)
{
  g_autofree char *id = NULL;

  if (MURI_IS_NODE (item))
    id = g_strconcat ("node:", muri_node_get_id (item), NULL);
  else
    id = g_strconcat ("vm:", muri_vm_get_id (item), NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-scope", "s", id);
}

static void
on_activate (MuriTable *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->picks), position);

  if (item)
    muri_table_open (self, item);
}

static gboolean
is_narrow_now (MuriTable *self)
{
  return adw_squeezer_get_visible_child (self->squeezer) == self->narrow;
}

/* Only the layout that is looked at has rows. */
static void
update_layout (MuriTable *self)
{
  GtkSelectionModel *model = GTK_SELECTION_MODEL (self->slots);
  gboolean is_narrow = is_narrow_now (self);

  if (gtk_list_view_get_model (self->list_view) == (is_narrow ? model : NULL)
      && gtk_column_view_get_model (self->columns_view) == (is_narrow ? NULL : model))
    return;
  gtk_column_view_set_model (self->columns_view, is_narrow ? NULL : model);
  gtk_list_view_set_model (self->list_view, is_narrow ? model : NULL);
}

static void
update_height (MuriTable *self)
{
  if (g_settings_get_boolean (self->settings, "comfortable-rows"))
    gtk_widget_remove_css_class (GTK_WIDGET (self->columns_view), "data-table");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->columns_view), "data-table");
}

/* A list view that gets lower scrolls a little, as if to keep its middle. The selection bar must
 * not move rows away below the pointer. */
static void
allocate_in_place (MuriTable *self, int width, int height, int baseline)
{
  GtkScrolledWindow *scrolled =
      GTK_SCROLLED_WINDOW (is_narrow_now (self) ? self->narrow : self->wide);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scrolled);
  double value = gtk_adjustment_get_value (adjustment);

  gtk_widget_allocate (GTK_WIDGET (self->squeezer), width, height, baseline, NULL);
  /* A part of a pixel is rounding: to put that back would be a second layout. */
  if (fabs (gtk_adjustment_get_value (adjustment) - value) < 1)
    return;
  gtk_adjustment_set_value (adjustment, value);
  gtk_widget_allocate (GTK_WIDGET (self->squeezer), width, height, baseline, NULL);
}

static gboolean
on_fit (gpointer user_data)
{
  MuriTable *self = user_data;

  self->fit_id = 0;
  update_layout (self);
  muri_table_fit_columns (self);
  return G_SOURCE_REMOVE;
}

/* Both may change what is being laid out: after that. */
static void
queue_fit (MuriTable *self)
{
  if (self->fit_id == 0)
    self->fit_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_fit, self, NULL);
}

static void
muri_table_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MuriTable *self = MURI_TABLE (widget);

  allocate_in_place (self, width, height, baseline);
  if (self->popover)
    gtk_popover_present (GTK_POPOVER (self->popover));
  if (width == self->fitted_width)
    return;
  self->fitted_width = width;
  queue_fit (self);
}

static void
muri_table_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (GTK_WIDGET (MURI_TABLE (widget)->squeezer), orientation, for_size, minimum,
                      natural, NULL, NULL);
}

/* Whose children are rows. */
GtkWidget *
muri_table_get_list (MuriTable *self)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->columns_view));

  if (is_narrow_now (self))
    return GTK_WIDGET (self->list_view);
  while (child && !GTK_IS_LIST_VIEW (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

/* Rows come into view by many ways; all of them end here. */
static void
muri_table_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GtkWidget *list = muri_table_get_list (MURI_TABLE (widget));

  if (list)
    muri_table_look_at_rows (list);
  GTK_WIDGET_CLASS (muri_table_parent_class)->snapshot (widget, snapshot);
}

static void
muri_table_map (GtkWidget *widget)
{
  muri_ranking_set_active (MURI_TABLE (widget)->ranking, TRUE);
  GTK_WIDGET_CLASS (muri_table_parent_class)->map (widget);
}

static void
muri_table_unmap (GtkWidget *widget)
{
  muri_ranking_set_active (MURI_TABLE (widget)->ranking, FALSE);
  GTK_WIDGET_CLASS (muri_table_parent_class)->unmap (widget);
}

static void
muri_table_constructed (GObject *object)
{
  MuriTable *self = MURI_TABLE (object);
  g_autoptr (GtkListItemFactory) factory = muri_table_row_factory_new (self);

  G_OBJECT_CLASS (muri_table_parent_class)->constructed (object);

  self->ranking = muri_ranking_new (self->item_type);
  self->picks = muri_picks_new (G_LIST_MODEL (self->ranking));
  muri_table_make_slots (self);
  muri_table_add_controllers (self);
  muri_table_make_columns (self);
  gtk_list_view_set_factory (self->list_view, factory);
  g_signal_connect_object (self->squeezer, "notify::visible-child", G_CALLBACK (queue_fit), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::comfortable-rows", G_CALLBACK (update_height),
                           self, G_CONNECT_SWAPPED);
  update_height (self);
}

static void
muri_table_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  MuriTable *self = MURI_TABLE (object);

  switch (prop_id)
    {
    case PROP_ITEM_TYPE:
      self->item_type = g_value_get_gtype (value);
      break;
    case PROP_ROW_MENU:
      g_set_object (&self->row_menu, g_value_get_object (value));
      break;
    case PROP_SOURCE:
      muri_table_set_source (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_table_dispose (GObject *object)
{
  MuriTable *self = MURI_TABLE (object);

  g_clear_handle_id (&self->fit_id, g_source_remove);
  if (self->ranking)
    muri_ranking_set_source (self->ranking, NULL);
  g_clear_weak_pointer (&self->menu_row);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  /* The column view takes its columns out one by one, sorted or not. */
  self->sorting = TRUE;
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_TABLE);
  g_clear_object (&self->slots);
  g_clear_object (&self->focused);
  g_clear_object (&self->picks);
  g_clear_object (&self->ranking);
  g_clear_object (&self->settings);
  g_clear_object (&self->view_menu);
  g_clear_object (&self->row_menu);
  g_clear_pointer (&self->group, g_free);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (muri_table_parent_class)->dispose (object);
}

static void
muri_table_class_init (MuriTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = muri_table_constructed;
  object_class->dispose = muri_table_dispose;
  object_class->set_property = muri_table_set_property;
  widget_class->size_allocate = muri_table_size_allocate;
  widget_class->measure = muri_table_measure;
  widget_class->snapshot = muri_table_snapshot;
  widget_class->map = muri_table_map;
  widget_class->unmap = muri_table_unmap;

  properties[PROP_ITEM_TYPE] =
      g_param_spec_gtype ("item-type", NULL, NULL, G_TYPE_OBJECT,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ROW_MENU] = g_param_spec_object ("row-menu", NULL, NULL, G_TYPE_MENU_MODEL,
                                                   G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SOURCE] = g_param_spec_object ("source", NULL, NULL, G_TYPE_LIST_MODEL,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-table.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriTable, squeezer);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, wide);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, columns_view);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, narrow);
  gtk_widget_class_bind_template_child (widget_class, MuriTable, list_view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_set_css_name (widget_class, "muritable");
  muri_table_add_bindings (widget_class);
}

static void
muri_table_init (MuriTable *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (MURI_APPLICATION_ID);
  self->view_menu = g_menu_new ();
  self->actions = g_simple_action_group_new ();
  gtk_widget_insert_action_group (GTK_WIDGET (self), "table", G_ACTION_GROUP (self->actions));
}

void
muri_table_set_source (MuriTable *self, GListModel *source)
{
  muri_table_scroll_to_top (self);
  muri_ranking_set_source (self->ranking, source);
}

MuriRanking *
muri_table_get_ranking (MuriTable *self)
{
  return self->ranking;
}

MuriPicks *
muri_table_get_picks (MuriTable *self)
{
  return self->picks;
}

GMenuModel *
muri_table_get_view_menu (MuriTable *self)
{
  return G_MENU_MODEL (self->view_menu);
}

GActionGroup *
muri_table_get_actions (MuriTable *self)
{
  return G_ACTION_GROUP (self->actions);
}

void
muri_table_scroll_to_top (MuriTable *self)
{
  GtkScrolledWindow *scrolled =
      GTK_SCROLLED_WINDOW (is_narrow_now (self) ? self->narrow : self->wide);

  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (scrolled), 0);
}

gboolean
muri_table_grab_rows (MuriTable *self)
{
  return gtk_widget_grab_focus (is_narrow_now (self) ? GTK_WIDGET (self->list_view)
                                                     : GTK_WIDGET (self->columns_view));
}

/* Also what a filter that is gone by now hid a moment ago. */
void
muri_table_pick_items (MuriTable *self, GPtrArray *items)
{
  muri_ranking_settle (self->ranking);
  muri_picks_set_items (self->picks, items);
}
