/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-view-title.h"

struct _MuriViewTitle
{
  AdwBin parent_instance;

  AdwSqueezer *squeezer;
  GtkWidget *wide;
  GtkWidget *narrow;
  GtkWidget *icons;
  GtkWidget *title;
  AdwSqueezerPage *pages[3]; /* all but the title */

  AdwViewStack *stack; /* a sibling in the window, which outlives this */
  GtkSelectionModel *views;
  gboolean switches;
  gboolean with_icons;
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (MuriViewTitle, muri_view_title, ADW_TYPE_BIN)

enum
{
  PROP_TITLE_VISIBLE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static AdwViewStackPage *
page_at (MuriViewTitle *self, guint position)
{
  g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (self->views), position);

  return page; /* the stack holds it */
}

static void
update_icons (MuriViewTitle *self)
{
  guint i = 0;

  self->updating = TRUE;
  for (GtkWidget *toggle = gtk_widget_get_first_child (self->icons); toggle;
       toggle = gtk_widget_get_next_sibling (toggle), i++)
    {
      gtk_widget_set_visible (toggle, adw_view_stack_page_get_visible (page_at (self, i)));
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle),
                                    gtk_selection_model_is_selected (self->views, i));
    }
  self->updating = FALSE;
}

static void
on_toggled (MuriViewTitle *self, GtkToggleButton *toggle)
{
  guint i = 0;

  if (self->updating)
    return;
  for (GtkWidget *other = gtk_widget_get_first_child (self->icons);
       other && other != GTK_WIDGET (toggle); other = gtk_widget_get_next_sibling (other))
    i++;
  adw_view_stack_set_visible_child (self->stack, adw_view_stack_page_get_child (page_at (self, i)));
  /* What is chosen again stays chosen. */
  update_icons (self);
}

static GtkWidget *
make_toggle (MuriViewTitle *self, AdwViewStackPage *page)
{
  GtkWidget *toggle = gtk_toggle_button_new ();
  const char *title = adw_view_stack_page_get_title (page);

  gtk_button_set_icon_name (GTK_BUTTON (toggle), adw_view_stack_page_get_icon_name (page));
  gtk_widget_set_tooltip_text (toggle, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  g_signal_connect_object (toggle, "toggled", G_CALLBACK (on_toggled), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::visible", G_CALLBACK (update_icons), self,
                           G_CONNECT_SWAPPED);
  return toggle;
}

static void
fill_icons (MuriViewTitle *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->icons)))
    gtk_box_remove (GTK_BOX (self->icons), child);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->views)); i++)
    gtk_box_append (GTK_BOX (self->icons), make_toggle (self, page_at (self, i)));
  update_icons (self);
}

static void
on_squeezed (MuriViewTitle *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE_VISIBLE]);
}

static void
update_pages (MuriViewTitle *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->pages); i++)
    adw_squeezer_page_set_enabled (self->pages[i], self->switches && (i < 2 || self->with_icons));
}

static void
muri_view_title_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE_VISIBLE)
    g_value_set_boolean (value, muri_view_title_is_title_visible (MURI_VIEW_TITLE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
muri_view_title_dispose (GObject *object)
{
  g_clear_object (&MURI_VIEW_TITLE (object)->views);
  G_OBJECT_CLASS (muri_view_title_parent_class)->dispose (object);
}

static void
muri_view_title_class_init (MuriViewTitleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = muri_view_title_dispose;
  object_class->get_property = muri_view_title_get_property;
  properties[PROP_TITLE_VISIBLE] =
      g_param_spec_boolean ("title-visible", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
muri_view_title_init (MuriViewTitle *self)
{
  self->squeezer = ADW_SQUEEZER (adw_squeezer_new ());
  self->wide = adw_view_switcher_new ();
  self->narrow = adw_view_switcher_new ();
  self->icons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->title = adw_window_title_new (NULL, NULL);
  adw_view_switcher_set_policy (ADW_VIEW_SWITCHER (self->wide), ADW_VIEW_SWITCHER_POLICY_WIDE);
  adw_view_switcher_set_policy (ADW_VIEW_SWITCHER (self->narrow), ADW_VIEW_SWITCHER_POLICY_NARROW);
  gtk_widget_add_css_class (self->icons, "linked");
  gtk_widget_set_valign (self->icons, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (self->icons, GTK_ALIGN_CENTER);
  adw_squeezer_set_switch_threshold_policy (self->squeezer, ADW_FOLD_THRESHOLD_POLICY_NATURAL);
  adw_squeezer_set_transition_type (self->squeezer, ADW_SQUEEZER_TRANSITION_TYPE_CROSSFADE);
  self->pages[0] = adw_squeezer_add (self->squeezer, self->wide);
  self->pages[1] = adw_squeezer_add (self->squeezer, self->narrow);
  self->pages[2] = adw_squeezer_add (self->squeezer, self->icons);
  adw_squeezer_add (self->squeezer, self->title);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->squeezer));
  g_signal_connect_object (self->squeezer, "notify::visible-child", G_CALLBACK (on_squeezed), self,
                           G_CONNECT_SWAPPED);
  update_pages (self);
}

void
muri_view_title_set_stack (MuriViewTitle *self, AdwViewStack *stack)
{
  g_return_if_fail (MURI_IS_VIEW_TITLE (self));
  g_return_if_fail (self->stack == NULL);

  self->stack = stack;
  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (self->wide), stack);
  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (self->narrow), stack);
  self->views = adw_view_stack_get_pages (stack);
  g_signal_connect_object (self->views, "items-changed", G_CALLBACK (fill_icons), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->views, "selection-changed", G_CALLBACK (update_icons), self,
                           G_CONNECT_SWAPPED);
  fill_icons (self);
}

void
muri_view_title_set_title (MuriViewTitle *self, const char *title)
{
  g_return_if_fail (MURI_IS_VIEW_TITLE (self));

  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), title);
}

void
muri_view_title_set_switches (MuriViewTitle *self, gboolean switches)
{
  g_return_if_fail (MURI_IS_VIEW_TITLE (self));

  self->switches = switches;
  update_pages (self);
}

void
muri_view_title_set_icons (MuriViewTitle *self, gboolean icons)
{
  g_return_if_fail (MURI_IS_VIEW_TITLE (self));

  self->with_icons = icons;
  update_pages (self);
}

gboolean
muri_view_title_is_title_visible (MuriViewTitle *self)
{
  g_return_val_if_fail (MURI_IS_VIEW_TITLE (self), FALSE);

  return adw_squeezer_get_visible_child (self->squeezer) == self->title;
}
