/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-review-dialog.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-pace.h"
#include "muri-review-item.h"
#include "muri-review-list.h"
#include "muri-review-notes.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

/* What others do meanwhile is looked for so often. */
#define NOTES_SECONDS 3

struct _MuriReviewDialog
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkWidget *cancel;
  GtkButton *confirm;
  GtkLabel *sentence;
  GtkLabel *consequence;
  GtkLabel *notes;
  GtkEditable *search;
  GtkCheckButton *all;
  GtkListView *list;
  GtkCheckButton *also;
  MuriPace *pace;
  GtkWidget *typing;
  GtkLabel *typing_label;
  GtkEditable *typed;

  /* Owned */
  MuriFleet *fleet;
  MuriIntent *intent;
  MuriReviewList *vms;
  guint update_id;
  guint notes_id;
  gboolean ticking; /* all rows at once */
  gboolean shown;
};

G_DEFINE_FINAL_TYPE (MuriReviewDialog, muri_review_dialog, ADW_TYPE_WINDOW)

static guint confirmed_signal;

static void
update_typing (MuriReviewDialog *self, guint n)
{
  g_autofree char *label = muri_counted (_ ("These are many. Type %u to confirm."), n);

  gtk_widget_set_visible (self->typing, muri_plan_wants_number (n));
  gtk_label_set_text (self->typing_label, label);
}

/* Others go on to work while somebody reads. */
static void
update_notes (MuriReviewDialog *self, GPtrArray *targets, guint *n_batches)
{
  MuriPacing pacing;
  g_autoptr (MuriRequest) request = NULL;
  g_autoptr (MuriPreview) preview = NULL;
  g_autofree char *notes = NULL;

  muri_pace_get (self->pace, &pacing);
  request = muri_intent_to_request (self->intent, targets, &pacing);
  preview = muri_fleet_preview (self->fleet, request);
  notes = muri_review_notes (preview);
  *n_batches = muri_preview_get_n_batches (preview);
  gtk_label_set_text (self->notes, notes ? notes : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notes), notes != NULL);
}

static void
update_all (MuriReviewDialog *self)
{
  guint able, ticked;

  muri_review_list_count (self->vms, &able, &ticked);
  self->ticking = TRUE;
  gtk_check_button_set_inconsistent (self->all, ticked > 0 && ticked < able);
  gtk_check_button_set_active (self->all, able > 0 && ticked == able);
  gtk_widget_set_sensitive (GTK_WIDGET (self->all), able > 0);
  self->ticking = FALSE;
}

static void
update (MuriReviewDialog *self)
{
  g_autoptr (GPtrArray) targets = muri_review_list_get_ticked (self->vms);
  g_autoptr (GPtrArray) others = muri_review_list_get_others (self->vms);
  g_autofree char *sentence = muri_plan_describe (targets, others, self->intent->verb);
  g_autofree char *button = muri_format_verb_count (self->intent->verb, targets->len);
  g_autofree char *batches = NULL;
  guint n_batches = 1;
  gboolean typed = !muri_plan_wants_number (targets->len)
                   || muri_counted_is (gtk_editable_get_text (self->typed), targets->len);

  if (self->shown)
    update_notes (self, targets, &n_batches);
  if (n_batches > 1)
    /* Translators: a sentence before it: "Shut down 34 VMs on 6 hosts." */
    batches = muri_counted (_ ("%s In %u batches, which this console sends."), sentence, n_batches);
  gtk_label_set_text (self->sentence, batches ? batches : sentence);
  gtk_button_set_label (self->confirm, button);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm), targets->len > 0 && typed);
  update_typing (self, targets->len);
  update_all (self);
}

static gboolean
on_update (gpointer user_data)
{
  MuriReviewDialog *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* One click can change thousands. */
static void
queue_update (MuriReviewDialog *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_update, self);
}

static gboolean
on_notes (gpointer user_data)
{
  queue_update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
on_all_toggled (MuriReviewDialog *self)
{
  if (!self->ticking)
    muri_review_list_tick_all (self->vms, gtk_check_button_get_active (self->all));
}

static void
on_confirm (MuriReviewDialog *self)
{
  g_autoptr (GPtrArray) targets = muri_review_list_get_ticked (self->vms);
  MuriPacing pacing;

  muri_pace_get (self->pace, &pacing);
  g_signal_emit (self, confirmed_signal, 0, targets, &pacing);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_activate (MuriReviewDialog *self, guint position)
{
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);
  g_autoptr (MuriReviewItem) item = g_list_model_get_item (G_LIST_MODEL (model), position);

  if (item)
    muri_review_item_set_ticked (item, !muri_review_item_get_ticked (item));
}

static void
on_search_changed (MuriReviewDialog *self)
{
  muri_review_list_search (self->vms, gtk_editable_get_text (self->search));
  update_all (self);
}

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *name = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "hexpand", TRUE, "ellipsize",
                                  PANGO_ELLIPSIZE_END, NULL);
  GtkWidget *detail =
      g_object_new (GTK_TYPE_LABEL, "xalign", 1.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);

  gtk_widget_add_css_class (detail, "dim-label");
  gtk_box_append (GTK_BOX (row), gtk_check_button_new ());
  gtk_box_append (GTK_BOX (row), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (row), name);
  gtk_box_append (GTK_BOX (row), detail);
  gtk_list_item_set_child (list_item, row);
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  MuriReviewItem *item = gtk_list_item_get_item (list_item);
  MuriVm *vm = muri_review_item_get_vm (item);
  const char *reason = muri_review_item_get_reason (item);
  GtkWidget *check = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *icon = gtk_widget_get_next_sibling (check);
  GtkWidget *name = gtk_widget_get_next_sibling (icon);
  GtkWidget *detail = gtk_widget_get_next_sibling (name);
  const char *words = reason ? reason : muri_node_get_name (muri_vm_get_node (vm));
  g_autofree char *label = NULL;
  GBinding *binding = g_object_bind_property (item, "ticked", check, "active",
                                              G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);

  g_object_set_data (G_OBJECT (list_item), "binding", binding);
  gtk_widget_set_sensitive (check, reason == NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  muri_vm_get_name (vm), -1);
  muri_state_icon_set_vm (MURI_STATE_ICON (icon), vm);
  gtk_label_set_text (GTK_LABEL (name), muri_vm_get_name (vm));
  gtk_label_set_text (GTK_LABEL (detail), words);
  label = g_strdup_printf ("%s, %s", muri_vm_get_name (vm), words);
  muri_row_label_set (gtk_list_item_get_child (list_item), label);
  if (reason)
    gtk_widget_add_css_class (name, "dim-label");
  else
    gtk_widget_remove_css_class (name, "dim-label");
}

static void
on_row_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "binding"));
}

/* Tab leaves the list, which may be long; arrows go through it. */
static gboolean
on_list_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType modifiers,
             MuriReviewDialog *self)
{
  if (key == GDK_KEY_Tab && !(modifiers & GDK_SHIFT_MASK))
    return gtk_widget_child_focus (GTK_WIDGET (self->pace), GTK_DIR_TAB_FORWARD);
  if (key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_Tab)
    return gtk_widget_grab_focus (GTK_WIDGET (self->search));
  return FALSE;
}

static void
make_list (MuriReviewDialog *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_row_unbind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_list_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

static void
fill (MuriReviewDialog *self, GPtrArray *vms)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_clear_object (&self->vms);
  self->vms = muri_review_list_new (vms, self->intent->verb);
  muri_review_list_search (self->vms, gtk_editable_get_text (self->search));
  g_signal_connect_object (self->vms, "changed", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->vms)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

/* The VMs of hosts that are selected as hosts: asked about, and not meant by themselves. */
static void
on_also_toggled (MuriReviewDialog *self)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *own = self->intent->vms;
  GPtrArray *more = self->intent->host_vms;

  for (guint i = 0; i < own->len; i++)
    g_hash_table_add (seen, own->pdata[i]);
  g_ptr_array_extend (vms, own, (GCopyFunc)(void (*) (void))g_object_ref, NULL);
  for (guint i = 0; gtk_check_button_get_active (self->also) && i < more->len; i++)
    if (!g_hash_table_contains (seen, more->pdata[i]))
      g_ptr_array_add (vms, g_object_ref (more->pdata[i]));
  fill (self, vms);
  queue_update (self);
}

static void
set_up_also (MuriReviewDialog *self)
{
  guint n = self->intent->host_vms ? self->intent->host_vms->len : 0;
  g_autofree char *label = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->also), n > 0);
  if (n == 0)
    return;
  /* Translators: a number of VMs, a list of hosts */
  label = muri_counted (ngettext ("Also the %u VM on %s", "Also the %u VMs on %s", n), n,
                        self->intent->hosts);
  gtk_check_button_set_label (self->also, label);
}

static void
muri_review_dialog_dispose (GObject *object)
{
  MuriReviewDialog *self = MURI_REVIEW_DIALOG (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_handle_id (&self->notes_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_REVIEW_DIALOG);
  g_clear_pointer (&self->intent, muri_intent_free);
  g_clear_object (&self->fleet);
  g_clear_object (&self->vms);

  G_OBJECT_CLASS (muri_review_dialog_parent_class)->dispose (object);
}

static void
muri_review_dialog_class_init (MuriReviewDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_review_dialog_dispose;
  confirmed_signal =
      g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_PTR_ARRAY, G_TYPE_POINTER);
  g_type_ensure (MURI_TYPE_PACE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-review-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, cancel);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, consequence);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, search);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, list);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, notes);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, all);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, also);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, pace);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, typing);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, typing_label);
  gtk_widget_class_bind_template_child (widget_class, MuriReviewDialog, typed);
  gtk_widget_class_bind_template_callback (widget_class, queue_update);
  gtk_widget_class_bind_template_callback (widget_class, on_all_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_also_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
}

static void
muri_review_dialog_init (MuriReviewDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
}

static MuriIntent *
copy_intent (const MuriIntent *intent)
{
  MuriIntent *copy = muri_intent_new (intent->verb, intent->vms);

  copy->host_vms = intent->host_vms ? g_ptr_array_ref (intent->host_vms) : NULL;
  copy->hosts = g_strdup (intent->hosts);
  copy->group = g_strdup (intent->group);
  copy->order_group = g_strdup (intent->order_group);
  copy->parent = g_strdup (intent->parent);
  copy->pacing = intent->pacing;
  return copy;
}

static void
set_up_words (MuriReviewDialog *self)
{
  guint verb = self->intent->verb;
  const char *consequence = muri_plan_consequence (verb);

  adw_window_title_set_title (self->heading, muri_format_verb (verb));
  adw_window_title_set_subtitle (self->heading, self->intent->group ? self->intent->group : "");
  gtk_label_set_text (self->consequence, consequence ? consequence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->consequence), consequence != NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->confirm),
                            muri_plan_stops (verb) ? "destructive-action" : "suggested-action");
}

MuriReviewDialog *
muri_review_dialog_new (GtkWindow *parent, MuriFleet *fleet, const MuriIntent *intent)
{
  MuriReviewDialog *self = g_object_new (MURI_TYPE_REVIEW_DIALOG, "transient-for", parent, "title",
                                         muri_format_verb (intent->verb), NULL);

  self->fleet = g_object_ref (fleet);
  self->intent = copy_intent (intent);
  set_up_words (self);
  set_up_also (self);
  muri_pace_set_up (self->pace, intent->verb, intent->order_group != NULL, &intent->pacing);
  make_list (self);
  fill (self, intent->vms);
  update (self);
  /* Who did what to twenty thousand is looked for behind the first picture. */
  self->shown = TRUE;
  queue_update (self);
  g_signal_connect_object (self->pace, "changed", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  self->notes_id = g_timeout_add_seconds (NOTES_SECONDS, on_notes, self);
  /* Enter is never the answer that stops something. */
  gtk_window_set_default_widget (GTK_WINDOW (self), self->cancel);
  gtk_window_set_focus (GTK_WINDOW (self), gtk_widget_get_visible (self->typing)
                                               ? GTK_WIDGET (self->typed)
                                               : self->cancel);
  return self;
}
