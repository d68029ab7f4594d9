/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-jump.h"

#include <glib/gi18n.h>
#include <string.h>

#include "muri-cell.h"
#include "muri-ranking.h"
#include "muri-state-icon.h"

/* A list that is read at a glance; who types another letter sees the others. */
#define RESULTS_MAX 50

/* Places that are no objects of the model: they stand in the list as strings of these. */
static const struct
{
  const char *title;
  const char *icon;
  const char *action;
  const char *target;
} places[] = {
  { N_ ("Overview"), "muri-overview-symbolic", "win.show-view", "overview" },
  { N_ ("VMs"), "muri-vm-symbolic", "win.show-view", "vms" },
  { N_ ("Hosts"), "muri-host-symbolic", "win.show-view", "hosts" },
  { N_ ("Events"), "muri-events-symbolic", "win.show-view", "events" },
  { N_ ("Reports"), "muri-reports-symbolic", "win.show-view", "reports" },
  { N_ ("All Hosts"), "network-workgroup-symbolic", "win.show-scope", "fleet" },
  { N_ ("Operations"), "muri-operations-symbolic", "win.show-operations", NULL },
};

struct _MuriJump
{
  AdwWindow parent_instance;

  /* Template widgets */
  GtkEditable *entry;
  GtkStack *stack;
  GtkListView *list;

  /* Owned */
  MuriFleet *fleet;
  GListStore *results; /* GtkStringObject (an index of places), MuriNode, MuriVm */
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (MuriJump, muri_jump, ADW_TYPE_WINDOW)

static guint
place_of (gpointer item)
{
  return (guint)g_ascii_strtoull (gtk_string_object_get_string (item), NULL, 10);
}

static void
add_places (GPtrArray *found, const char *folded)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *title = g_utf8_casefold (_ (places[i].title), -1);

      if (strstr (title, folded))
        {
          g_autofree char *index = g_strdup_printf ("%u", i);

          g_ptr_array_add (found, gtk_string_object_new (index));
        }
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *name = muri_item_get_name (*(gpointer *)a);
  const char *other = muri_item_get_name (*(gpointer *)b);
  g_autofree char *key = g_utf8_collate_key_for_filename (name ? name : "", -1);
  g_autofree char *other_key = g_utf8_collate_key_for_filename (other ? other : "", -1);

  return strcmp (key, other_key);
}

/* Names that begin with what was typed come before those that only contain it. */
static void
add_matches (GPtrArray *found, GListModel *model, const char *folded)
{
  guint n = g_list_model_get_n_items (model);
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) later = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n && found->len + first->len < RESULTS_MAX; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);
      g_autofree char *name = g_utf8_casefold (muri_item_get_name (item), -1);

      if (g_str_has_prefix (name, folded))
        g_ptr_array_add (first, g_steal_pointer (&item));
      else if (later->len < RESULTS_MAX && muri_item_matches (item, folded))
        g_ptr_array_add (later, g_steal_pointer (&item));
    }
  g_ptr_array_sort (first, compare_names);
  g_ptr_array_sort (later, compare_names);
  g_ptr_array_extend_and_steal (found, g_steal_pointer (&first));
  for (guint i = 0; i < later->len && found->len < RESULTS_MAX; i++)
    g_ptr_array_add (found, g_object_ref (later->pdata[i]));
}

static void
on_search_changed (MuriJump *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_object_unref);

  if (*folded)
    {
      add_matches (found, muri_fleet_get_nodes (self->fleet), folded);
      add_matches (found, muri_fleet_get_vms (self->fleet), folded);
    }
  else
    add_matches (found, muri_fleet_get_nodes (self->fleet), "");
  add_places (found, folded);
  g_list_store_splice (self->results, 0, g_list_model_get_n_items (G_LIST_MODEL (self->results)),
                       found->pdata, found->len);
  gtk_single_selection_set_selected (self->selection, 0);
  gtk_stack_set_visible_child_name (self->stack, found->len > 0 ? "results" : "none");
}

static void
on_activate (MuriJump *self, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->results), position);
  GtkWidget *parent = GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self)));
  g_autofree char *id = NULL;

  if (!item || !parent)
    return;
  if (GTK_IS_STRING_OBJECT (item))
    {
      guint place = place_of (item);

      gtk_widget_activate_action (parent, places[place].action, places[place].target ? "s" : NULL,
                                  places[place].target);
    }
  else
    {
      if (MURI_IS_NODE (item))
        id = g_strconcat ("node:", muri_node_get_id (MURI_NODE (item)), NULL);
      else
        id = g_strconcat ("vm:", muri_vm_get_id (MURI_VM (item)), NULL);
      gtk_widget_activate_action (parent, "win.show-scope", "s", id);
    }
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_entry_activate (MuriJump *self)
{
  guint selected = gtk_single_selection_get_selected (self->selection);

  if (selected != GTK_INVALID_LIST_POSITION)
    on_activate (self, selected);
}

/* The arrows move through the results while the letters go to the entry. */
static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state,
        MuriJump *self)
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
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "hexpand", TRUE, "ellipsize",
                                  PANGO_ELLIPSIZE_END, NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_widget_add_css_class (detail, "dim-label");
  gtk_box_append (GTK_BOX (row), gtk_image_new ());
  gtk_box_append (GTK_BOX (row), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), detail);
  gtk_list_item_set_child (list_item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gpointer item = gtk_list_item_get_item (list_item);
  gboolean place = GTK_IS_STRING_OBJECT (item);
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *image = gtk_widget_get_first_child (row);
  GtkWidget *icon = gtk_widget_get_next_sibling (image);
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *detail = gtk_widget_get_next_sibling (name);

  gtk_widget_set_visible (image, place);
  gtk_widget_set_visible (icon, !place);
  gtk_label_set_text (GTK_LABEL (detail), NULL);
  if (place)
    {
      gtk_image_set_from_icon_name (GTK_IMAGE (image), places[place_of (item)].icon);
      gtk_label_set_text (GTK_LABEL (name), _ (places[place_of (item)].title));
      return;
    }
  g_object_set (icon, MURI_IS_NODE (item) ? "node" : "vm", item, NULL);
  gtk_label_set_text (GTK_LABEL (name), muri_item_get_name (item));
  if (MURI_IS_VM (item))
    gtk_label_set_text (GTK_LABEL (detail), muri_node_get_name (muri_vm_get_node (item)));
  muri_cell_label_row (row, item);
}

static void
make_list (MuriJump *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  self->results = g_list_store_new (G_TYPE_OBJECT);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->results)));
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->entry), keys);
}

static void
muri_jump_dispose (GObject *object)
{
  MuriJump *self = MURI_JUMP (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_JUMP);
  g_clear_object (&self->selection);
  g_clear_object (&self->results);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_jump_parent_class)->dispose (object);
}

static void
muri_jump_class_init (MuriJumpClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_jump_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-jump.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriJump, entry);
  gtk_widget_class_bind_template_child (widget_class, MuriJump, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriJump, list);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
muri_jump_init (MuriJump *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  make_list (self);
}

MuriJump *
muri_jump_new (GtkWindow *parent, MuriFleet *fleet)
{
  MuriJump *self = g_object_new (MURI_TYPE_JUMP, "transient-for", parent, NULL);

  self->fleet = g_object_ref (fleet);
  on_search_changed (self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->entry));
  return self;
}
