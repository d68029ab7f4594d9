/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-selection-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "muri-counted.h"

struct _MuriSelectionBar
{
  GtkWidget parent_instance;

  /* Template widgets */
  GtkRevealer *revealer;
  GtkLabel *label;
  GtkLabel *number;
  AdwSqueezer *squeezer;
  GtkWidget *restart;
  GtkButton *group;
  GtkMenuButton *more;
  GMenuModel *full_menu;
  GMenuModel *compact_menu;
};

G_DEFINE_FINAL_TYPE (MuriSelectionBar, muri_selection_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_N_SELECTED = 1,
  PROP_IN_GROUP,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_n_selected (MuriSelectionBar *self, guint n)
{
  g_autofree char *text = NULL;
  g_autofree char *number = muri_counted ("%u", n);

  gtk_revealer_set_reveal_child (self->revealer, n > 0);
  /* While it slides out it goes on to say what it said. */
  if (n == 0)
    return;
  text = muri_counted (ngettext ("%u selected", "%u selected", n), n);
  gtk_label_set_text (self->label, text);
  gtk_label_set_text (self->number, number);
}

/* What there is no room for is in the menu. */
static void
on_squeezed (MuriSelectionBar *self)
{
  gboolean compact = adw_squeezer_get_visible_child (self->squeezer) != self->restart;

  gtk_menu_button_set_menu_model (self->more, compact ? self->compact_menu : self->full_menu);
}

/* Out of a group they are moved; from elsewhere they are added. */
static void
set_in_group (MuriSelectionBar *self, gboolean in_group)
{
  gtk_button_set_label (self->group, in_group ? _ ("Move to…") : _ ("Add to Group…"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->group),
                                  in_group ? "table.move-to" : "table.add-to");
}

static void
muri_selection_bar_set_property (GObject *object, guint prop_id, const GValue *value,
                                 GParamSpec *pspec)
{
  MuriSelectionBar *self = MURI_SELECTION_BAR (object);

  switch (prop_id)
    {
    case PROP_N_SELECTED:
      set_n_selected (self, g_value_get_uint (value));
      break;
    case PROP_IN_GROUP:
      set_in_group (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_selection_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), MURI_TYPE_SELECTION_BAR);

  G_OBJECT_CLASS (muri_selection_bar_parent_class)->dispose (object);
}

static void
muri_selection_bar_class_init (MuriSelectionBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = muri_selection_bar_dispose;
  object_class->set_property = muri_selection_bar_set_property;

  properties[PROP_N_SELECTED] = g_param_spec_uint ("n-selected", NULL, NULL, 0, G_MAXUINT, 0,
                                                   G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IN_GROUP] = g_param_spec_boolean ("in-group", NULL, NULL, FALSE,
                                                    G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-selection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, label);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, number);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, restart);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, squeezer);
  gtk_widget_class_bind_template_callback (widget_class, on_squeezed);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, group);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, more);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, full_menu);
  gtk_widget_class_bind_template_child (widget_class, MuriSelectionBar, compact_menu);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
}

static void
muri_selection_bar_init (MuriSelectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
