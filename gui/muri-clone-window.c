/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-clone-window.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-button-names.h"
#include "muri-clone-form.h"
#include "muri-counted.h"
#include "muri-placement-list.h"
#include "muri-spin.h"

#define GIB (1024.0 * 1024 * 1024)

/* The fleet goes on to change while somebody chooses. */
#define UPDATE_SECONDS 3

#define READY_SECONDS "300"

struct _MuriCloneWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwLeaflet *leaflet;
  GtkWidget *form;
  GtkWidget *preview;
  GtkButton *create;
  GtkToggleButton *preview_button;
  AdwComboRow *template_row;
  GtkSpinButton *count;
  GtkWidget *count_row;
  GtkEditable *pattern;
  GtkLabel *names;
  MuriTickPicker *where;
  AdwComboRow *mode;
  AdwComboRow *disk_kind;
  GtkSpinButton *disk;
  GtkSpinButton *vcpus;
  GtkSpinButton *memory;
  AdwComboRow *network;
  MuriTickPicker *groups;
  GtkSwitch *start;
  GtkSwitch *ready;
  GtkSwitch *seed;
  GtkEditable *ssh_key;
  GtkTextView *user_data;
  GtkLabel *problem;
  GtkLabel *sentence;
  GtkLabel *warnings;
  GtkWidget *generalise;
  MuriPlacementList *list;

  /* Owned */
  MuriFleet *fleet;
  GPtrArray *templates;     /* MuriTemplate, as the choices of template_row */
  char **networks;          /* as those of network, from the second on */
  MuriPlacement *placement; /* what the preview shows */
  char **taken_names;       /* those of the placement; NULL: there is something wrong */
  char *suggested;          /* the pattern, as long as nobody has typed one */
  guint update_id;
  guint timeout;
  gboolean reading;
};

G_DEFINE_FINAL_TYPE (MuriCloneWindow, muri_clone_window, ADW_TYPE_WINDOW)

static guint confirmed_signal;

static MuriTemplate *
get_template (MuriCloneWindow *self)
{
  guint i = adw_combo_row_get_selected (self->template_row);

  return i < self->templates->len ? self->templates->pdata[i] : NULL;
}

/* The smallest choice stands for the template's own size. */
static guint64
get_disk (MuriCloneWindow *self)
{
  guint64 value = muri_spin_get_number (self->disk);
  guint64 least = (guint64)gtk_adjustment_get_lower (gtk_spin_button_get_adjustment (self->disk));

  return value > least ? value * (guint64)GIB : 0;
}

static void
read_wish (MuriCloneWindow *self, MuriPlacementWish *wish)
{
  muri_placement_wish_init (wish, get_template (self));
  wish->count = (guint)muri_spin_get_number (self->count);
  wish->mode = adw_combo_row_get_selected (self->mode);
  wish->linked = adw_combo_row_get_selected (self->disk_kind) == 0;
  wish->start = gtk_switch_get_active (self->start);
  wish->vcpus = (guint)muri_spin_get_number (self->vcpus);
  wish->memory = muri_spin_get_number (self->memory) * 1024;
  wish->disk = get_disk (self);
}

/* ---- what comes of it ---- */

static void
set_label (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text && *text);
}

static void
update_names (MuriCloneWindow *self, guint n)
{
  g_autoptr (GHashTable) taken = muri_fleet_list_names (self->fleet);
  MuriNameProblem problem = MURI_NAME_OK;
  g_autofree char *text = NULL;

  g_clear_pointer (&self->taken_names, g_strfreev);
  self->taken_names =
      muri_name_pattern_expand (gtk_editable_get_text (self->pattern), MAX (n, 1), taken, &problem);
  if (self->taken_names)
    {
      text = muri_clone_form_describe_names ((const char *const *)self->taken_names);
      gtk_widget_remove_css_class (GTK_WIDGET (self->names), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->names), "dim-label");
    }
  else
    {
      text = g_strdup (muri_clone_form_name_problem (problem));
      gtk_widget_remove_css_class (GTK_WIDGET (self->names), "dim-label");
      gtk_widget_add_css_class (GTK_WIDGET (self->names), "error");
    }
  set_label (self->names, text);
}

static char *
describe (MuriPlacement *placement)
{
  guint hosts = 0;
  guint missing = placement->n_wanted - MIN (placement->n_placed, placement->n_wanted);
  g_autofree char *vms =
      muri_counted (ngettext ("%u VM", "%u VMs", placement->n_placed), placement->n_placed);
  g_autofree char *where = NULL;

  for (guint i = 0; i < placement->hosts->len; i++)
    hosts += ((MuriPlacementHost *)placement->hosts->pdata[i])->n > 0;
  where = muri_counted (ngettext ("%u host", "%u hosts", hosts), hosts);
  if (placement->n_placed == 0)
    return g_strdup (_ ("No host can take any of these."));
  if (missing == 0)
    /* Translators: "12 VMs" on "3 hosts" */
    return g_strdup_printf (_ ("%s on %s."), vms, where);
  /* Translators: "12 VMs" on "3 hosts", a number of VMs */
  return muri_counted (
      ngettext ("%s on %s. %u more finds no host.", "%s on %s. %u more find no host.", missing),
      vms, where, missing);
}

static void
update_button (MuriCloneWindow *self)
{
  guint n = self->placement ? self->placement->n_placed : 0;
  gboolean key = muri_clone_form_is_ssh_key (gtk_editable_get_text (self->ssh_key));
  g_autofree char *label = muri_counted (ngettext ("Create %u VM", "Create %u VMs", n), n);

  gtk_button_set_label (self->create, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->create), n > 0 && self->taken_names && key);
  set_label (self->problem,
             key ? NULL : _ ("One public key: “ssh-ed25519 AAAA… name”, in one line."));
}

static void
update (MuriCloneWindow *self)
{
  MuriPlacementWish wish;
  g_autoptr (GPtrArray) nodes = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *warnings = NULL;

  g_clear_pointer (&self->placement, muri_placement_free);
  if (!get_template (self))
    {
      muri_placement_list_set (self->list, NULL, 0);
      set_label (self->sentence, _ ("There is no template that is ready."));
      gtk_widget_set_visible (self->generalise, FALSE);
      update_button (self);
      return;
    }
  read_wish (self, &wish);
  nodes = muri_clone_form_get_nodes (self->where, self->fleet);
  self->placement = muri_placement_new (self->fleet, nodes, &wish);
  update_names (self, self->placement->n_placed);
  if (self->taken_names && self->placement->n_placed > 0)
    muri_placement_set_names (self->placement, (const char *const *)self->taken_names);
  muri_placement_list_set (self->list, self->placement, wish.start ? wish.memory : 0);
  sentence = describe (self->placement);
  set_label (self->sentence, sentence);
  warnings = muri_clone_form_warn (&wish, gtk_switch_get_active (self->seed), self->taken_names);
  set_label (self->warnings, warnings);
  gtk_widget_set_visible (self->generalise,
                          muri_template_get_generalised (wish.template) == MURI_GENERALISED_NO);
  update_button (self);
}

static gboolean
on_update (gpointer user_data)
{
  MuriCloneWindow *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_timeout (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
update_sensitive (MuriCloneWindow *self)
{
  gboolean seed = gtk_switch_get_active (self->seed);

  gtk_widget_set_sensitive (self->count_row,
                            adw_combo_row_get_selected (self->mode) != MURI_PLACEMENT_ONE_EACH);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ready), gtk_switch_get_active (self->start));
  gtk_widget_set_sensitive (GTK_WIDGET (self->ssh_key), seed);
  gtk_widget_set_sensitive (GTK_WIDGET (self->user_data), seed);
}

/* ---- choices ---- */

/* What a template says that its clones have. */
static void
read_template (MuriCloneWindow *self)
{
  MuriTemplate *chosen = get_template (self);
  const muri_v1_Template *facts = chosen ? muri_template_get_facts (chosen) : NULL;
  double least = facts ? MAX (floor ((double)facts->size / GIB), 1) : 1;
  MuriPlacementWish wish;

  if (!facts)
    return;
  muri_placement_wish_init (&wish, chosen);
  self->reading = TRUE;
  gtk_adjustment_set_lower (gtk_spin_button_get_adjustment (self->disk), least);
  gtk_spin_button_set_value (self->disk, least);
  gtk_spin_button_set_value (self->vcpus, wish.vcpus);
  gtk_spin_button_set_value (self->memory, (double)wish.memory / 1024);
  if (g_strcmp0 (gtk_editable_get_text (self->pattern), self->suggested) == 0)
    {
      g_free (self->suggested);
      self->suggested = muri_clone_form_suggest_pattern (facts->name);
      gtk_editable_set_text (self->pattern, self->suggested);
    }
  self->reading = FALSE;
}

static void
on_changed (MuriCloneWindow *self)
{
  if (self->reading)
    return;
  update_sensitive (self);
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_update, self);
}

static void
on_template (MuriCloneWindow *self)
{
  if (self->reading)
    return;
  read_template (self);
  on_changed (self);
}

static void
on_preview_toggled (MuriCloneWindow *self)
{
  adw_leaflet_set_visible_child (self->leaflet, gtk_toggle_button_get_active (self->preview_button)
                                                    ? self->preview
                                                    : self->form);
}

static void
fill_templates (MuriCloneWindow *self, MuriTemplate *chosen)
{
  GListModel *all = muri_fleet_get_templates (self->fleet);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (MuriTemplate) other = g_list_model_get_item (all, i);

      if (muri_template_get_state (other) != MURI_TEMPLATE_STATE_READY)
        continue;
      gtk_string_list_append (names, muri_template_get_name (other));
      g_ptr_array_add (self->templates, g_object_ref (other));
    }
  adw_combo_row_set_model (self->template_row, G_LIST_MODEL (names));
  for (guint i = 0; i < self->templates->len; i++)
    if (self->templates->pdata[i] == (gpointer)chosen)
      adw_combo_row_set_selected (self->template_row, i);
}

static void
fill_networks (MuriCloneWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->networks = muri_clone_form_list_networks (self->fleet);
  gtk_string_list_append (names, _ ("As the template"));
  for (guint i = 0; self->networks[i]; i++)
    gtk_string_list_append (names, self->networks[i]);
  adw_combo_row_set_model (self->network, G_LIST_MODEL (names));
}

/* VMs for a group join it, and go to its hosts if it has any. */
static void
choose_place (MuriCloneWindow *self, const char *place)
{
  if (!place || !*place)
    return;
  muri_tick_picker_choose (self->where, place);
  if (g_str_has_prefix (place, "group:"))
    muri_tick_picker_choose (self->groups, place);
}

/* ---- asking for it ---- */

static void
set_number (MuriRequest *request, const char *name, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  muri_request_set_parameter (request, name, text);
}

static char *
get_user_data (MuriCloneWindow *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->user_data);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
set_identity (MuriCloneWindow *self, MuriRequest *request)
{
  g_autofree char *key = g_strstrip (g_strdup (gtk_editable_get_text (self->ssh_key)));
  g_autofree char *data = get_user_data (self);

  if (!gtk_switch_get_active (self->seed))
    return;
  muri_request_set_parameter (request, MURI_PARAMETER_SEED, "1");
  if (*key)
    muri_request_set_parameter (request, MURI_PARAMETER_SSH_KEY, key);
  if (*data)
    muri_request_set_document (request, data);
}

static MuriRequest *
make_request (MuriCloneWindow *self)
{
  MuriRequest *request = muri_request_new (MURI_VERB_CLONE);
  guint network = adw_combo_row_get_selected (self->network);
  g_autofree char *groups = muri_clone_form_get_groups (self->groups);
  MuriPlacementWish wish;

  read_wish (self, &wish);
  muri_request_set_group (request, muri_template_get_name (wish.template));
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (wish.template));
  if (wish.linked)
    muri_request_set_parameter (request, MURI_PARAMETER_LINKED, "1");
  if (wish.start)
    muri_request_set_parameter (request, MURI_PARAMETER_START, "1");
  if (wish.start && gtk_switch_get_active (self->ready))
    muri_request_set_parameter (request, MURI_PARAMETER_READY, READY_SECONDS);
  set_number (request, MURI_PARAMETER_VCPUS, wish.vcpus);
  set_number (request, MURI_PARAMETER_MEMORY, wish.memory);
  if (wish.disk > 0)
    set_number (request, MURI_PARAMETER_DISK, wish.disk);
  if (network > 0 && network <= g_strv_length (self->networks))
    muri_request_set_parameter (request, MURI_PARAMETER_NETWORK, self->networks[network - 1]);
  if (groups)
    muri_request_set_parameter (request, MURI_PARAMETER_GROUPS, groups);
  set_identity (self, request);
  muri_placement_add_to (self->placement, request);
  return request;
}

/* What is asked for is what the preview shows. */
static void
on_create (MuriCloneWindow *self)
{
  MuriRequest *request;

  if (self->update_id > 0)
    {
      g_clear_handle_id (&self->update_id, g_source_remove);
      update (self);
    }
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->create)))
    return;
  request = make_request (self);
  g_signal_emit (self, confirmed_signal, 0, request);
  muri_request_unref (request);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* What is made of it is cloned another time: that takes minutes. */
static void
on_generalise (MuriCloneWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  MuriTemplate *chosen = get_template (self);
  g_autofree char *id = chosen ? g_strdup (muri_template_get_id (chosen)) : NULL;

  gtk_window_destroy (GTK_WINDOW (self));
  if (parent && id)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.generalise-template", "s", id);
}

static void
muri_clone_window_dispose (GObject *object)
{
  MuriCloneWindow *self = MURI_CLONE_WINDOW (object);

  self->reading = TRUE;
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_CLONE_WINDOW);
  g_clear_pointer (&self->placement, muri_placement_free);
  g_clear_pointer (&self->templates, g_ptr_array_unref);
  g_clear_pointer (&self->networks, g_strfreev);
  g_clear_pointer (&self->taken_names, g_strfreev);
  g_clear_pointer (&self->suggested, g_free);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_clone_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, form);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, preview);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, create);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, preview_button);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, template_row);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, count);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, count_row);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, pattern);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, names);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, where);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, mode);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, disk_kind);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, disk);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, vcpus);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, memory);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, network);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, groups);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, start);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, ready);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, seed);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, ssh_key);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, user_data);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, sentence);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, warnings);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, generalise);
  gtk_widget_class_bind_template_child (widget_class, MuriCloneWindow, list);
}

static void
muri_clone_window_class_init (MuriCloneWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_clone_window_dispose;
  confirmed_signal = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (MURI_TYPE_TICK_PICKER);
  g_type_ensure (MURI_TYPE_PLACEMENT_LIST);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-clone-window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_template);
  gtk_widget_class_bind_template_callback (widget_class, on_create);
  gtk_widget_class_bind_template_callback (widget_class, on_generalise);
  gtk_widget_class_bind_template_callback (widget_class, on_preview_toggled);
}

/* GTK 4.8 has no such property of a spin button. */
static void
activate_default (GtkSpinButton *button)
{
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (button))),
                                  TRUE);
}

static void
muri_clone_window_init (MuriCloneWindow *self)
{
  self->templates = g_ptr_array_new_with_free_func (g_object_unref);
  self->suggested = g_strdup ("");
  self->reading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
  activate_default (self->count);
  activate_default (self->disk);
  activate_default (self->vcpus);
  activate_default (self->memory);
}

MuriCloneWindow *
muri_clone_window_new (GtkWindow *parent, MuriFleet *fleet, MuriTemplate *chosen, const char *place)
{
  MuriCloneWindow *self = g_object_new (MURI_TYPE_CLONE_WINDOW, "transient-for", parent, NULL);

  self->fleet = g_object_ref (fleet);
  muri_tick_picker_set_up (self->where, _ ("Anywhere"), FALSE, NULL);
  muri_clone_form_fill_places (self->where, fleet);
  muri_clone_form_fill_groups (self->groups, fleet);
  fill_templates (self, chosen);
  fill_networks (self);
  choose_place (self, place);
  self->reading = FALSE;
  read_template (self);
  update_sensitive (self);
  update (self);
  self->timeout = g_timeout_add_seconds (UPDATE_SECONDS, on_timeout, self);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->count));
  return self;
}
