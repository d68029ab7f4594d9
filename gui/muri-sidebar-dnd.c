/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-sidebar-dnd.h"

#include "muri-drag.h"
#include "muri-drop.h"
#include "muri-sidebar-factory.h"
#include "muri-sidebar-item.h"
#include "muri-sidebar-row.h"

/* Between rows, by their margins. */
#define GAP 2

/* So near to an edge the view scrolls, faster the nearer. */
#define EDGE 36
#define SPEED 0.4

/* Who lets go right when a row opened meant what was there before. */
#define SETTLE (300 * G_TIME_SPAN_MILLISECOND)

struct _MuriSidebarDnd
{
  GObject parent_instance;

  GtkListView *list; /* borrowed: it owns this */
  MuriFleet *fleet;
  GtkDropTarget *target; /* borrowed: the list's */

  /* While something is held above the list */
  MuriMembers *members;
  GtkWidget *row; /* the list's own widget of a row */
  GtkTreeListRow *tree_row;
  gulong expanded_handler;
  gint64 opened;
  MuriDrop *drop;
  double x, y;
  guint tick_id;
  gint64 ticked;
};

G_DEFINE_FINAL_TYPE (MuriSidebarDnd, muri_sidebar_dnd, G_TYPE_OBJECT)

static GtkWidget *
row_just_at (MuriSidebarDnd *self, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT);

  while (widget && !g_str_equal (gtk_widget_get_css_name (widget), "row"))
    widget = gtk_widget_get_parent (widget);
  return widget && gtk_widget_is_ancestor (widget, GTK_WIDGET (self->list)) ? widget : NULL;
}

/* Between two rows it is the lower one's. */
static GtkWidget *
row_at (MuriSidebarDnd *self, double x, double y)
{
  GtkWidget *row = row_just_at (self, x, y);

  return row ? row : row_just_at (self, x, y + GAP);
}

static GObject *
item_of (GtkTreeListRow *tree_row)
{
  return tree_row ? gtk_tree_list_row_get_item (tree_row) : NULL;
}

static GObject *
item_above (GtkTreeListRow *tree_row)
{
  g_autoptr (GtkTreeListRow) parent = tree_row ? gtk_tree_list_row_get_parent (tree_row) : NULL;

  return item_of (parent);
}

static GdkContentProvider *
on_prepare (MuriSidebarDnd *self, double x, double y)
{
  GtkWidget *row = row_at (self, x, y);
  GtkTreeListRow *tree_row = row ? muri_sidebar_row_at (row) : NULL;
  g_autoptr (GObject) item = item_of (tree_row);
  g_autoptr (GObject) above = item_above (tree_row);
  g_autoptr (MuriMembers) members = NULL;

  if (!item)
    return NULL;
  members = muri_members_new (MURI_IS_GROUP (above) && !MURI_IS_GROUP (item)
                                  ? muri_group_get_path (MURI_GROUP (above))
                                  : NULL);
  muri_members_add (members, item);
  return muri_drag_provide (members);
}

static void
on_drag_begin (MuriSidebarDnd *self, GdkDrag *drag)
{
  muri_drag_begin (drag);
}

static MuriSidebarRow *
content_of (GtkWidget *row)
{
  GtkWidget *found = MURI_IS_SIDEBAR_ROW (row) ? row : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (row); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = (GtkWidget *)content_of (child);
  return found ? MURI_SIDEBAR_ROW (found) : NULL;
}

static void
unmark (MuriSidebarDnd *self)
{
  MuriSidebarRow *content = self->row ? content_of (self->row) : NULL;

  if (content)
    muri_sidebar_row_set_hint (content, NULL, FALSE);
  if (self->row)
    {
      gtk_widget_remove_css_class (self->row, "drop-into");
      gtk_widget_remove_css_class (self->row, "drop-before");
      gtk_widget_remove_css_class (self->row, "drop-after");
    }
  g_clear_weak_pointer (&self->row);
  g_clear_pointer (&self->drop, muri_drop_free);
}

static void
mark (MuriSidebarDnd *self, GtkWidget *row, MuriDropPlace place)
{
  MuriSidebarRow *content = content_of (row);

  g_set_weak_pointer (&self->row, row);
  if (content)
    muri_sidebar_row_set_hint (content, self->drop->text, self->drop->kind != MURI_DROP_FORBIDDEN);
  if (self->drop->kind == MURI_DROP_ORDER)
    gtk_widget_add_css_class (row, place == MURI_DROP_BEFORE ? "drop-before" : "drop-after");
  else if (self->drop->kind != MURI_DROP_FORBIDDEN)
    gtk_widget_add_css_class (row, "drop-into");
}

static MuriDropPlace
place_in (MuriSidebarDnd *self, GtkWidget *row)
{
  double x, y;
  int height = gtk_widget_get_height (row);

  gtk_widget_translate_coordinates (GTK_WIDGET (self->list), row, self->x, self->y, &x, &y);
  if (y < height * 0.25)
    return MURI_DROP_BEFORE;
  return y > height * 0.75 ? MURI_DROP_AFTER : MURI_DROP_INTO;
}

/* The group after @group among its siblings. */
static MuriGroup *
next_of (MuriSidebarDnd *self, gpointer group)
{
  MuriGroup *parent = MURI_IS_GROUP (group) ? muri_group_get_parent (group) : NULL;
  GListModel *siblings = parent ? muri_group_get_groups (parent)
                                : muri_groups_get_roots (muri_fleet_get_groups (self->fleet));
  gboolean found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (siblings); i++)
    {
      g_autoptr (MuriGroup) sibling = g_list_model_get_item (siblings, i);

      if (found)
        return sibling; /* the model holds it */
      found = sibling == group;
    }
  return NULL;
}

static MuriDropWish
wish_of (GdkDrop *drop)
{
  GdkDragAction actions = drop ? gdk_drop_get_actions (drop) : 0;

  if (actions == GDK_ACTION_COPY)
    return MURI_DROP_ADD;
  return actions == GDK_ACTION_MOVE ? MURI_DROP_MOVE : MURI_DROP_EITHER;
}

static GdkDragAction
action_of (const MuriDrop *drop, MuriDropWish wish)
{
  if (drop->kind == MURI_DROP_FORBIDDEN)
    return 0;
  if (wish != MURI_DROP_EITHER)
    return wish == MURI_DROP_ADD ? GDK_ACTION_COPY : GDK_ACTION_MOVE;
  return drop->kind == MURI_DROP_JOIN || drop->kind == MURI_DROP_NEW_GROUP
                 || drop->kind == MURI_DROP_CLONE
             ? GDK_ACTION_COPY
             : GDK_ACTION_MOVE;
}

static void
on_expanded (MuriSidebarDnd *self)
{
  self->opened = g_get_monotonic_time ();
}

static void
watch (MuriSidebarDnd *self, GtkTreeListRow *tree_row)
{
  if (self->tree_row == tree_row)
    return;
  if (self->tree_row)
    g_signal_handler_disconnect (self->tree_row, self->expanded_handler);
  g_set_object (&self->tree_row, tree_row);
  if (tree_row)
    self->expanded_handler =
        g_signal_connect_swapped (tree_row, "notify::expanded", G_CALLBACK (on_expanded), self);
}

static GdkDragAction
judge (MuriSidebarDnd *self)
{
  GtkWidget *row = row_at (self, self->x, self->y);
  GtkTreeListRow *tree_row = row ? muri_sidebar_row_at (row) : NULL;
  g_autoptr (GObject) item = item_of (tree_row);
  g_autoptr (GObject) above = item_above (tree_row);
  MuriDropWish wish = wish_of (gtk_drop_target_get_current_drop (self->target));
  MuriDropPlace place;

  unmark (self);
  watch (self, tree_row);
  if (!item || !self->members)
    return 0;
  place = place_in (self, row);
  self->drop =
      muri_drop_new (self->fleet, self->members, item, above, next_of (self, item), place, wish);
  mark (self, row, place);
  return action_of (self->drop, wish);
}

static GtkAdjustment *
adjustment_of (MuriSidebarDnd *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  MuriSidebarDnd *self = user_data;
  GtkAdjustment *adjustment = adjustment_of (self);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double height = gtk_widget_get_height (widget);
  double value = gtk_adjustment_get_value (adjustment);
  double past = 0;

  if (self->y < EDGE)
    past = self->y - EDGE;
  else if (self->y > height - EDGE)
    past = self->y - (height - EDGE);
  if (past != 0 && self->ticked > 0)
    gtk_adjustment_set_value (
        adjustment,
        value + past * SPEED * (double)(now - self->ticked) / G_TIME_SPAN_MILLISECOND / EDGE);
  self->ticked = now;
  if (gtk_adjustment_get_value (adjustment) != value)
    judge (self);
  return G_SOURCE_CONTINUE;
}

static GdkDragAction
on_motion (MuriSidebarDnd *self, double x, double y)
{
  if (!self->members)
    {
      self->members = muri_drag_get_members (gtk_drop_target_get_current_drop (self->target));
      self->opened = 0;
    }
  if (self->tick_id == 0)
    {
      self->ticked = 0;
      self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self->list), on_tick, self, NULL);
    }
  self->x = x;
  self->y = y;
  return judge (self);
}

static void
on_leave (MuriSidebarDnd *self)
{
  unmark (self);
  watch (self, NULL);
  g_clear_object (&self->members);
  if (self->tick_id > 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->list), self->tick_id);
  self->tick_id = 0;
}

static void
perform (MuriSidebarDnd *self, MuriMembers *members, const MuriDrop *drop)
{
  const char *origin = muri_members_get_origin (members);
  g_auto (GStrv) refs = muri_members_dup_refs (members);
  GtkWidget *widget = GTK_WIDGET (self->list);

  switch (drop->kind)
    {
    case MURI_DROP_JOIN:
      gtk_widget_activate_action (widget, "win.add-to", "(ss^as)", drop->group,
                                  origin ? origin : "", refs);
      break;
    case MURI_DROP_TRANSFER:
    case MURI_DROP_NEST:
      gtk_widget_activate_action (widget, "win.move-to", "(ss^as)", drop->group ? drop->group : "/",
                                  origin ? origin : "", refs);
      break;
    case MURI_DROP_ORDER:
      gtk_widget_activate_action (widget, "win.place-group", "(sss)",
                                  muri_group_get_path (muri_members_get_groups (members)->pdata[0]),
                                  drop->group ? drop->group : "", drop->before ? drop->before : "");
      break;
    case MURI_DROP_NEW_GROUP:
      gtk_widget_activate_action (widget, "win.new-group-of", "(s^as)", origin ? origin : "", refs);
      break;
    case MURI_DROP_CLONE:
      gtk_widget_activate_action (widget, "win.new-vms", "(ss)",
                                  muri_template_get_id (muri_members_get_template (members)),
                                  drop->place);
      break;
    case MURI_DROP_FORBIDDEN:
    default:
      break;
    }
}

static gboolean
on_drop (MuriSidebarDnd *self, const GValue *value, double x, double y)
{
  g_autoptr (MuriMembers) members = g_value_dup_object (value);
  g_autoptr (MuriDrop) drop = NULL;
  gboolean settled = self->opened == 0 || g_get_monotonic_time () - self->opened > SETTLE;

  self->x = x;
  self->y = y;
  if (!self->members)
    self->members = g_object_ref (members);
  judge (self);
  drop = g_steal_pointer (&self->drop);
  on_leave (self);
  if (!drop || !settled || drop->kind == MURI_DROP_FORBIDDEN)
    return FALSE;
  perform (self, members, drop);
  return TRUE;
}

static void
muri_sidebar_dnd_dispose (GObject *object)
{
  MuriSidebarDnd *self = MURI_SIDEBAR_DND (object);

  unmark (self);
  watch (self, NULL);
  g_clear_object (&self->members);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_sidebar_dnd_parent_class)->dispose (object);
}

static void
muri_sidebar_dnd_class_init (MuriSidebarDndClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = muri_sidebar_dnd_dispose;
}

static void
muri_sidebar_dnd_init (MuriSidebarDnd *self)
{
}

MuriSidebarDnd *
muri_sidebar_dnd_new (GtkListView *list, MuriFleet *fleet)
{
  MuriSidebarDnd *self = g_object_new (MURI_TYPE_SIDEBAR_DND, NULL);
  GtkDragSource *source = gtk_drag_source_new ();

  self->list = list;
  self->fleet = g_object_ref (fleet);
  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect_object (source, "prepare", G_CALLBACK (on_prepare), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (source, "drag-begin", G_CALLBACK (on_drag_begin), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (source));

  self->target = gtk_drop_target_new (MURI_TYPE_MEMBERS, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect_object (self->target, "enter", G_CALLBACK (on_motion), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "motion", G_CALLBACK (on_motion), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "leave", G_CALLBACK (on_leave), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "drop", G_CALLBACK (on_drop), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (list), GTK_EVENT_CONTROLLER (self->target));
  return self;
}
