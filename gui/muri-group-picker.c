/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-group-picker.h"

#include <glib/gi18n.h>

#include "muri-group-edits.h"
#include "muri-group-path.h"

#define TOP "/"

struct _MuriGroupPicker
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkEditable *entry;
  GtkLabel *problem;
  GtkStack *stack;
  GtkListView *list;

  /* Owned */
  MuriFleet *fleet;
  MuriMembers *members;
  GtkStringList *results; /* paths; one that is no group's would be made */
  GtkSingleSelection *selection;
  gboolean move;
};

G_DEFINE_FINAL_TYPE (MuriGroupPicker, muri_group_picker, ADW_TYPE_WINDOW)

static guint picked_signal;

static gboolean
exists (MuriGroupPicker *self, const char *path)
{
  return muri_groups_find (muri_fleet_get_groups (self->fleet), path) != NULL;
}

/* Where they are already, and what a group would be put into itself by. */
static gboolean
is_possible (MuriGroupPicker *self, const char *path)
{
  GPtrArray *groups = muri_members_get_groups (self->members);
  GPtrArray *objects = muri_members_get_objects (self->members);
  gboolean outside = groups->len > 0;

  for (guint i = 0; i < groups->len; i++)
    if (muri_group_path_contains (muri_group_get_path (groups->pdata[i]), path))
      return FALSE;
  for (guint i = 0; i < objects->len && !outside; i++)
    outside = !muri_member_is_in (objects->pdata[i], path);
  return outside;
}

static void
collect (MuriGroupPicker *self, GListModel *groups, const char *folded, GPtrArray *paths)
{
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);
      const char *path = muri_group_get_path (group);
      g_autofree char *own = g_utf8_casefold (path, -1);

      if (strstr (own, folded) && is_possible (self, path))
        g_ptr_array_add (paths, (char *)path);
      collect (self, muri_group_get_groups (group), folded, paths);
    }
}

/* What is typed can be the name of a new group, where it is one at all. */
static void
offer_new (MuriGroupPicker *self, const char *text, GPtrArray *paths)
{
  g_autoptr (GError) error = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  if (!*text || exists (self, text))
    return;
  if (muri_group_path_check (text, &error))
    g_ptr_array_add (paths, (char *)text);
  else if (paths->len == 0)
    {
      gtk_label_set_text (self->problem, muri_group_problem (error));
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
    }
}

static void
on_search_changed (MuriGroupPicker *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->results));

  if (self->move && !*text && muri_members_get_objects (self->members)->len == 0)
    g_ptr_array_add (paths, (char *)TOP);
  collect (self, muri_groups_get_roots (muri_fleet_get_groups (self->fleet)), folded, paths);
  offer_new (self, text, paths);
  gtk_stack_set_visible_child_name (self->stack, paths->len > 0 || *text ? "results" : "none");
  g_ptr_array_add (paths, NULL);
  gtk_string_list_splice (self->results, 0, n, (const char *const *)paths->pdata);
  gtk_single_selection_set_selected (self->selection, 0);
}

static void
on_activate (MuriGroupPicker *self, guint position)
{
  g_autofree char *path = g_strdup (gtk_string_list_get_string (self->results, position));

  if (!path)
    return;
  g_signal_emit (self, picked_signal, 0, path);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_entry_activate (MuriGroupPicker *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (selected != GTK_INVALID_LIST_POSITION)
    on_activate (self, selected);
}

/* The arrows move through the results while the letters go to the entry. */
static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        MuriGroupPicker *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->results));
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (n == 0 || (key != GDK_KEY_Down && key != GDK_KEY_Up))
    return FALSE;
  if (key == GDK_KEY_Down)
    selected = MIN (selected + 1, n - 1);
  else
    selected = selected > 0 ? selected - 1 : 0;
  gtk_single_selection_set_selected (self->selection, selected);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);
  return TRUE;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize", PANGO_ELLIPSIZE_END,
                                  "hexpand", TRUE, NULL);
  GtkWidget *detail =
      g_object_new (GTK_TYPE_LABEL, "xalign", 1.0, "ellipsize", PANGO_ELLIPSIZE_START, NULL);

  gtk_widget_add_css_class (detail, "dim-label");
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), detail);
  gtk_list_item_set_child (list_item, row);
}

static void
describe (MuriGroupPicker *self, const char *path, char **name, char **detail)
{
  g_autofree char *parent = muri_group_path_parent (path);

  if (g_str_equal (path, TOP))
    {
      *name = g_strdup (_ ("Top Level"));
      *detail = NULL;
      return;
    }
  *detail = parent ? g_strdup_printf (_ ("in %s"), parent) : NULL;
  if (exists (self, path))
    *name = g_strdup (muri_group_path_name (path));
  else
    *name = g_strdup_printf (_ ("Create “%s”"), muri_group_path_name (path));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, MuriGroupPicker *self)
{
  const char *path = gtk_string_object_get_string (gtk_list_item_get_item (list_item));
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *image = gtk_widget_get_first_child (row);
  GtkWidget *name = gtk_widget_get_next_sibling (image);
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;
  g_autofree char *label = NULL;

  describe (self, path, &title, &detail);
  gtk_image_set_from_icon_name (GTK_IMAGE (image), exists (self, path) || g_str_equal (path, TOP)
                                                       ? "muri-group-symbolic"
                                                       : "list-add-symbolic");
  gtk_label_set_text (GTK_LABEL (name), title);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (name)), detail ? detail : "");
  label = detail ? g_strdup_printf (C_ ("row", "%s, %s"), title, detail) : g_strdup (title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (row)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
make_list (MuriGroupPicker *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, 0);
  self->results = gtk_string_list_new (NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->results)));
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

static void
muri_group_picker_dispose (GObject *object)
{
  MuriGroupPicker *self = MURI_GROUP_PICKER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_GROUP_PICKER);
  g_clear_object (&self->selection);
  g_clear_object (&self->results);
  g_clear_object (&self->members);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_group_picker_parent_class)->dispose (object);
}

static void
muri_group_picker_class_init (MuriGroupPickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_group_picker_dispose;
  picked_signal = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-group-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPicker, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPicker, entry);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPicker, problem);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPicker, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriGroupPicker, list);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
muri_group_picker_init (MuriGroupPicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  make_list (self);
}

MuriGroupPicker *
muri_group_picker_new (GtkWindow *parent, MuriFleet *fleet, MuriMembers *members, gboolean move)
{
  MuriGroupPicker *self = g_object_new (MURI_TYPE_GROUP_PICKER, "transient-for", parent, "title",
                                        move ? _ ("Move To") : _ ("Add to Group"), NULL);
  g_autofree char *what = muri_members_describe (members);

  self->fleet = g_object_ref (fleet);
  self->members = g_object_ref (members);
  self->move = move;
  adw_window_title_set_title (self->heading, move ? _ ("Move To") : _ ("Add to Group"));
  adw_window_title_set_subtitle (self->heading, what);
  on_search_changed (self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->entry));
  return self;
}
