/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-state-icon.h"

#define SIZE 16

/* Drawn by itself, without a GtkImage: that asks to be laid out again, and the whole window with
 * it, whenever it gets another icon, which rows of a table do all the time while it scrolls. */
struct _MuriStateIcon
{
  GtkWidget parent_instance;

  GtkIconPaintable *shape; /* of icon; NULL: not looked up yet */
  GObject *object;         /* a MuriVm, a MuriNode or NULL */
  gulong handler;
  guint outcome;
  const char *icon;
  const char *css_class;
};

G_DEFINE_FINAL_TYPE (MuriStateIcon, muri_state_icon, GTK_TYPE_WIDGET)

enum
{
  PROP_VM = 1,
  PROP_NODE,
  PROP_OUTCOME,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  const char *icon;
  const char *css_class;
} Look;

static Look
look_of_vm (guint state, gboolean known)
{
#define LOOK(shape, style)                                                                         \
  (known ? (Look){ "muri-state-" shape "-symbolic", style }                                        \
         : (Look){ "muri-state-" shape "-lost-symbolic", "dim-label" })

  switch (state)
    {
    case MURI_VM_STATE_RUNNING:
      return LOOK ("running", "success");
    case MURI_VM_STATE_PAUSED:
    case MURI_VM_STATE_SUSPENDED:
      return LOOK ("paused", "warning");
    case MURI_VM_STATE_STARTING:
    case MURI_VM_STATE_STOPPING:
    case MURI_VM_STATE_MIGRATING:
      return LOOK ("transit", "accent");
    case MURI_VM_STATE_OFF:
      return LOOK ("off", "dim-label");
    case MURI_VM_STATE_SAVED:
      return LOOK ("saved", "dim-label");
    case MURI_VM_STATE_CRASHED:
      return LOOK ("failed", "error");
    default:
      return (Look){ "muri-state-off-lost-symbolic", "dim-label" };
    }
#undef LOOK
}

static Look
look_of_node (MuriNode *node)
{
  switch (muri_node_get_state (node))
    {
    case MURI_NODE_UP:
      if (muri_node_get_facts (node)->maintenance)
        return (Look){ "muri-host-maintenance-symbolic", "warning" };
      return (Look){ "muri-host-symbolic", NULL };
    case MURI_NODE_STALE:
      return (Look){ "muri-host-stale-symbolic", "warning" };
    case MURI_NODE_HYPERVISOR_DOWN:
      return (Look){ "muri-host-down-symbolic", "error" };
    case MURI_NODE_STOPPED:
      return (Look){ "muri-host-stopped-symbolic", "dim-label" };
    case MURI_NODE_UNREACHABLE:
    default:
      return (Look){ "muri-host-unreachable-symbolic", "dim-label" };
    }
}

static Look
look_of_outcome (guint outcome)
{
  switch (outcome)
    {
    case MURI_OUTCOME_DONE:
    case MURI_OUTCOME_ALREADY:
      return (Look){ "muri-state-done-symbolic", "success" };
    case MURI_OUTCOME_RUNNING:
      return (Look){ "muri-state-transit-symbolic", "accent" };
    case MURI_OUTCOME_UNKNOWN:
    case MURI_OUTCOME_QUEUED:
    case MURI_TARGET_STORED:
    case MURI_TARGET_SENT:
    case MURI_TARGET_UNSENT:
    case MURI_TARGET_WAITING:
      return (Look){ "muri-state-waiting-symbolic", "dim-label" };
    case MURI_OUTCOME_CANCELLED:
    case MURI_OUTCOME_PROTECTED:
      return (Look){ "muri-state-cancelled-symbolic", "dim-label" };
    case MURI_OUTCOME_TIMED_OUT:
      return (Look){ "muri-state-failed-symbolic", "warning" };
    case MURI_TARGET_UNREACHABLE:
      return (Look){ "muri-state-off-lost-symbolic", "dim-label" };
    default:
      return (Look){ "muri-state-failed-symbolic", "error" };
    }
}

static void
forget_shape (MuriStateIcon *self)
{
  g_clear_object (&self->shape);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
show (MuriStateIcon *self, Look look)
{
  if (look.icon != self->icon)
    {
      self->icon = look.icon;
      forget_shape (self);
    }
  if (look.css_class == self->css_class)
    return;
  if (self->css_class)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->css_class);
  if (look.css_class)
    gtk_widget_add_css_class (GTK_WIDGET (self), look.css_class);
  self->css_class = look.css_class;
}

static void
update (MuriStateIcon *self)
{
  Look look;

  if (MURI_IS_VM (self->object))
    look = look_of_vm (muri_vm_get_state (MURI_VM (self->object)),
                       muri_vm_is_known (MURI_VM (self->object)));
  else if (MURI_IS_NODE (self->object))
    look = look_of_node (MURI_NODE (self->object));
  else
    look = look_of_outcome (self->outcome);
  show (self, look);
}

static void
on_notify (MuriStateIcon *self, GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "state") || g_str_equal (pspec->name, "known")
      || (MURI_IS_NODE (self->object) && g_str_equal (pspec->name, "facts")))
    update (self);
}

static void
follow (MuriStateIcon *self, gboolean on)
{
  if (self->handler)
    g_signal_handler_disconnect (self->object, self->handler);
  self->handler = 0;
  if (on && self->object)
    self->handler = g_signal_connect_swapped (self->object, "notify", G_CALLBACK (on_notify), self);
}

static void
set_object (MuriStateIcon *self, gpointer object)
{
  if (self->object == object)
    return;
  follow (self, FALSE);
  g_set_object (&self->object, object);
  follow (self, gtk_widget_get_mapped (GTK_WIDGET (self)));
  if (object)
    update (self);
}

static void
muri_state_icon_map (GtkWidget *widget)
{
  MuriStateIcon *self = MURI_STATE_ICON (widget);

  if (self->object)
    update (self);
  follow (self, TRUE);
  GTK_WIDGET_CLASS (muri_state_icon_parent_class)->map (widget);
}

static void
muri_state_icon_unmap (GtkWidget *widget)
{
  follow (MURI_STATE_ICON (widget), FALSE);
  GTK_WIDGET_CLASS (muri_state_icon_parent_class)->unmap (widget);
}

static void
muri_state_icon_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
muri_state_icon_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MuriStateIcon *self = MURI_STATE_ICON (widget);
  int x = (gtk_widget_get_width (widget) - SIZE) / 2;
  int y = (gtk_widget_get_height (widget) - SIZE) / 2;
  GdkRGBA color;

  if (!self->icon)
    return;
  if (!self->shape)
    self->shape = gtk_icon_theme_lookup_icon (
        gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), self->icon, NULL, SIZE,
        gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget), 0);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->shape), snapshot, SIZE,
                                            SIZE, &color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
muri_state_icon_dispose (GObject *object)
{
  MuriStateIcon *self = MURI_STATE_ICON (object);

  set_object (self, NULL);
  g_clear_object (&self->shape);

  G_OBJECT_CLASS (muri_state_icon_parent_class)->dispose (object);
}

static void
muri_state_icon_set_property (GObject *object, guint prop_id, const GValue *value,
                              GParamSpec *pspec)
{
  MuriStateIcon *self = MURI_STATE_ICON (object);

  switch (prop_id)
    {
    case PROP_VM:
    case PROP_NODE:
      set_object (self, g_value_get_object (value));
      break;
    case PROP_OUTCOME:
      muri_state_icon_set_outcome (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
muri_state_icon_class_init (MuriStateIconClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = muri_state_icon_dispose;
  object_class->set_property = muri_state_icon_set_property;
  widget_class->map = muri_state_icon_map;
  widget_class->unmap = muri_state_icon_unmap;
  widget_class->measure = muri_state_icon_measure;
  widget_class->snapshot = muri_state_icon_snapshot;

  properties[PROP_VM] = g_param_spec_object ("vm", NULL, NULL, MURI_TYPE_VM,
                                             G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NODE] = g_param_spec_object ("node", NULL, NULL, MURI_TYPE_NODE,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OUTCOME] = g_param_spec_uint ("outcome", NULL, NULL, 0, G_MAXUINT, 0,
                                                G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "stateicon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
muri_state_icon_init (MuriStateIcon *self)
{
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (forget_shape), NULL);
}

GtkWidget *
muri_state_icon_new (void)
{
  return g_object_new (MURI_TYPE_STATE_ICON, NULL);
}

void
muri_state_icon_set_vm (MuriStateIcon *self, MuriVm *vm)
{
  set_object (self, vm);
}

void
muri_state_icon_set_node (MuriStateIcon *self, MuriNode *node)
{
  set_object (self, node);
}

void
muri_state_icon_set_outcome (MuriStateIcon *self, guint outcome)
{
  set_object (self, NULL);
  self->outcome = outcome;
  update (self);
}

void
muri_state_icon_set_vm_state (MuriStateIcon *self, guint state, gboolean known)
{
  set_object (self, NULL);
  show (self, look_of_vm (state, known));
}
