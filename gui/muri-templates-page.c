/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-templates-page.h"

#include <glib/gi18n.h>

#include "muri-template-card.h"
#include "muri-template-drop.h"
#include "muri-template-menu.h"
#include "muri-template-view.h"
#include "muri-template-words.h"

/* What cards are ordered by changes without the model saying so; they move that often at most. */
#define SORT_SECONDS 3

enum
{
  SORT_NAME,
  SORT_OS,
  SORT_SIZE,
  SORT_CLONES,
  SORT_NEWEST,
};

struct _MuriTemplatesPage
{
  MuriPage parent_instance;

  /* Template widgets */
  GtkStack *outer;
  GtkWidget *bar;
  GtkEditable *search_entry;
  GtkDropDown *sort_by;
  GtkMenuButton *add_button;
  GtkLabel *drop_hint;
  GtkStack *stack;
  GtkGridView *grid;
  MuriTemplateView *view;

  /* Owned */
  GtkFilter *filter;
  GtkSorter *sorter;
  GtkFilterListModel *found;
  GtkSingleSelection *selection;
  GtkWidget *popover;
  char *template_id;
  char *folded;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (MuriTemplatesPage, muri_templates_page, MURI_TYPE_PAGE)

enum
{
  PROP_TEMPLATE_ID = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
has_words (const char *text, const char *folded)
{
  g_autofree char *own = g_utf8_casefold (text, -1);

  return strstr (own, folded) != NULL;
}

static gboolean
is_found (gpointer item, gpointer user_data)
{
  MuriTemplatesPage *self = user_data;
  const muri_v1_Template *facts = muri_template_get_facts (item);
  g_autofree char *os = muri_template_words_os (facts->os);

  return !self->folded || has_words (facts->name, self->folded) || has_words (os, self->folded)
         || has_words (facts->notes, self->folded);
}

static int
compare_names (MuriTemplate *a, MuriTemplate *b)
{
  g_autofree char *key_a = g_utf8_collate_key_for_filename (muri_template_get_name (a), -1);
  g_autofree char *key_b = g_utf8_collate_key_for_filename (muri_template_get_name (b), -1);
  int order = strcmp (key_a, key_b);

  return order != 0 ? order : strcmp (muri_template_get_id (a), muri_template_get_id (b));
}

#define COMPARE(a, b) ((a) < (b) ? 1 : (a) > (b) ? -1 : 0)

/* The larger, the more and the newer first. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  MuriTemplatesPage *self = user_data;
  MuriTemplate *x = MURI_TEMPLATE ((gpointer)a);
  MuriTemplate *y = MURI_TEMPLATE ((gpointer)b);
  const muri_v1_Template *facts_x = muri_template_get_facts (x);
  const muri_v1_Template *facts_y = muri_template_get_facts (y);
  int order = 0;

  switch (gtk_drop_down_get_selected (self->sort_by))
    {
    case SORT_OS:
      order = strcmp (facts_x->os, facts_y->os);
      break;
    case SORT_SIZE:
      order = COMPARE (facts_x->size, facts_y->size);
      break;
    case SORT_CLONES:
      order = COMPARE (muri_template_get_n_clones (x), muri_template_get_n_clones (y));
      break;
    case SORT_NEWEST:
      order = COMPARE (facts_x->created, facts_y->created);
      break;
    case SORT_NAME:
    default:
      break;
    }
  return order != 0 ? order : compare_names (x, y);
}

static MuriTemplate *
get_shown (MuriTemplatesPage *self)
{
  MuriFleet *fleet = muri_page_get_fleet (MURI_PAGE (self));

  return fleet && self->template_id ? muri_fleet_find_template (fleet, self->template_id) : NULL;
}

static void
update (MuriTemplatesPage *self)
{
  GListModel *all = gtk_filter_list_model_get_model (self->found);
  guint n_all = all ? g_list_model_get_n_items (all) : 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->found));
  MuriTemplate *shown = get_shown (self);

  gtk_widget_set_visible (self->bar, n_all > 0);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "cards" : n_all > 0 ? "none" : "empty");
  muri_template_view_set (self->view, muri_page_get_fleet (MURI_PAGE (self)),
                          gtk_widget_get_mapped (GTK_WIDGET (self)) ? shown : NULL);
  gtk_stack_set_visible_child_name (self->outer, shown ? "details" : "gallery");
}

static gboolean
on_timeout (gpointer user_data)
{
  MuriTemplatesPage *self = user_data;

  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  return G_SOURCE_CONTINUE;
}

static void
on_sort (MuriTemplatesPage *self)
{
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

static void
on_search_changed (MuriTemplatesPage *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);

  g_free (self->folded);
  self->folded = *text ? g_utf8_casefold (text, -1) : NULL;
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update (self);
}

static void
on_stop_search (MuriTemplatesPage *self)
{
  gtk_editable_set_text (self->search_entry, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->grid));
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (MURI_TEMPLATES_PAGE (widget)->search_entry));
}

static void
on_activate (MuriTemplatesPage *self, guint position)
{
  g_autoptr (MuriTemplate) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-template", "s",
                                muri_template_get_id (item));
}

/* ---- keys and menus of a card, or of the template that is shown ---- */

static MuriTemplate *
get_meant (MuriTemplatesPage *self)
{
  MuriTemplate *shown = get_shown (self);

  return shown ? shown : gtk_single_selection_get_selected_item (self->selection);
}

static gboolean
activate_by_key (GtkWidget *widget, const char *action)
{
  MuriTemplate *meant = get_meant (MURI_TEMPLATES_PAGE (widget));

  return meant && gtk_widget_activate_action (widget, action, "s", muri_template_get_id (meant));
}

static gboolean
rename_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "win.rename-template");
}

static gboolean
delete_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return activate_by_key (widget, "win.delete-template");
}

static gboolean
new_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTemplate *meant = get_meant (MURI_TEMPLATES_PAGE (widget));

  return meant
         && gtk_widget_activate_action (widget, "win.new-vms", "(ss)", muri_template_get_id (meant),
                                        "");
}

static gboolean
back_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  if (!get_shown (MURI_TEMPLATES_PAGE (widget)))
    return FALSE;
  return gtk_widget_activate_action (widget, "win.show-templates", NULL);
}

static void
pop_up (MuriTemplatesPage *self, GtkWidget *card, const GdkRectangle *at)
{
  MuriTemplate *shown = muri_template_card_get_template (MURI_TEMPLATE_CARD (card));
  g_autoptr (GMenuModel) menu = muri_template_menu_new (shown, TRUE);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  self->popover = gtk_popover_menu_new_from_model (menu);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self->grid));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), at);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static GtkWidget *
find_card (GtkWidget *widget)
{
  GtkWidget *card = widget ? gtk_widget_get_ancestor (widget, MURI_TYPE_TEMPLATE_CARD) : NULL;

  if (!card && widget && gtk_widget_get_first_child (widget))
    card = gtk_widget_get_first_child (widget);
  return MURI_IS_TEMPLATE_CARD (card) ? card : NULL;
}

static void
on_right_click (MuriTemplatesPage *self, int n_press, double x, double y)
{
  GtkWidget *card = find_card (gtk_widget_pick (GTK_WIDGET (self->grid), x, y, GTK_PICK_DEFAULT));

  if (card && muri_template_card_get_template (MURI_TEMPLATE_CARD (card)))
    pop_up (self, card, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

static gboolean
menu_by_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  MuriTemplatesPage *self = MURI_TEMPLATES_PAGE (widget);
  GtkWidget *card = find_card (gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_root (widget))));
  graphene_rect_t bounds;

  if (!card || !gtk_widget_compute_bounds (card, GTK_WIDGET (self->grid), &bounds))
    return FALSE;
  pop_up (self, card,
          &(GdkRectangle){ (int)bounds.origin.x + 24,
                           (int)(bounds.origin.y + bounds.size.height / 2), 1, 1 });
  return TRUE;
}

/* ---- cards ---- */

static void
on_setup (GtkListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, muri_template_card_new ());
}

static void
on_bind (GtkListItemFactory *factory, GtkListItem *item)
{
  muri_template_card_set_template (MURI_TEMPLATE_CARD (gtk_list_item_get_child (item)),
                                   gtk_list_item_get_item (item));
}

static void
on_unbind (GtkListItemFactory *factory, GtkListItem *item)
{
  muri_template_card_set_template (MURI_TEMPLATE_CARD (gtk_list_item_get_child (item)), NULL);
}

static void
make_grid (MuriTemplatesPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkSortListModel *sorted;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare, self, NULL));
  self->found = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->found)),
                                    g_object_ref (self->sorter));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  g_signal_connect_object (self->found, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  gtk_grid_view_set_factory (self->grid, factory);
  gtk_grid_view_set_model (self->grid, GTK_SELECTION_MODEL (self->selection));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_right_click), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->grid), GTK_EVENT_CONTROLLER (click));
}

static void
muri_templates_page_start (MuriPage *page)
{
  MuriTemplatesPage *self = MURI_TEMPLATES_PAGE (page);

  gtk_filter_list_model_set_model (self->found,
                                   muri_fleet_get_templates (muri_page_get_fleet (page)));
  on_timeout (self);
  self->timeout = g_timeout_add_seconds (SORT_SECONDS, on_timeout, self);
  update (self);
}

static void
muri_templates_page_stop (MuriPage *page)
{
  MuriTemplatesPage *self = MURI_TEMPLATES_PAGE (page);

  g_clear_handle_id (&self->timeout, g_source_remove);
  muri_template_view_set (self->view, NULL, NULL);
}

static void
muri_templates_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MuriTemplatesPage *self = MURI_TEMPLATES_PAGE (object);

  if (id != PROP_TEMPLATE_ID)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  g_free (self->template_id);
  self->template_id = g_value_dup_string (value);
  update (self);
}

static void
muri_templates_page_dispose (GObject *object)
{
  MuriTemplatesPage *self = MURI_TEMPLATES_PAGE (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  G_OBJECT_CLASS (muri_templates_page_parent_class)->dispose (object);
  g_clear_object (&self->selection);
  g_clear_object (&self->found);
  g_clear_object (&self->sorter);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->template_id, g_free);
  g_clear_pointer (&self->folded, g_free);
}

static void
muri_templates_page_class_init (MuriTemplatesPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  MuriPageClass *page_class = MURI_PAGE_CLASS (klass);

  object_class->dispose = muri_templates_page_dispose;
  object_class->set_property = muri_templates_page_set_property;
  page_class->fleet_only = TRUE;
  page_class->start = muri_templates_page_start;
  page_class->stop = muri_templates_page_stop;

  properties[PROP_TEMPLATE_ID] = g_param_spec_string ("template-id", NULL, NULL, NULL,
                                                      G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MURI_TYPE_TEMPLATE_VIEW);
  gtk_widget_class_install_action (widget_class, "page.search", NULL, search);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F2, 0, rename_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Delete, GDK_SHIFT_MASK, delete_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, new_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, GDK_ALT_MASK, back_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, menu_by_key, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, menu_by_key, NULL);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-templates-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, outer);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, bar);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, sort_by);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, drop_hint);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, grid);
  gtk_widget_class_bind_template_child (widget_class, MuriTemplatesPage, view);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_search);
  gtk_widget_class_bind_template_callback (widget_class, on_sort);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
muri_templates_page_init (MuriTemplatesPage *self)
{
  g_autoptr (GMenuModel) add = muri_template_menu_new_add ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->add_button, add);
  make_grid (self);
  muri_template_drop_add (GTK_WIDGET (self), self->drop_hint);
}
