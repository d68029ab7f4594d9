/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-delete-window.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-deletion-row.h"
#include "muri-format.h"
#include "muri-row-label.h"
#include "muri-state-icon.h"

#define INDENT 28

struct _MuriDeleteWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  GtkWidget *cancel;
  GtkButton *confirm;
  GtkLabel *sentence;
  GtkLabel *others;
  GtkWidget *active_box;
  GtkLabel *active_label;
  GtkButton *force_off;
  GtkCheckButton *volumes;
  GtkListView *list;
  GtkWidget *typing;
  GtkLabel *typing_label;
  GtkEditable *typed;

  /* Owned */
  MuriDeletion *deletion;
  GListStore *items;
  guint update_id;
  gboolean ticking; /* all volumes at once */
};

G_DEFINE_FINAL_TYPE (MuriDeleteWindow, muri_delete_window, ADW_TYPE_WINDOW)

static guint confirmed_signal;
static guint force_off_signal;

typedef struct
{
  guint n_vms;
  guint n_volumes;
  guint n_able; /* volumes that could go with these VMs */
  guint64 size;
  guint n_active;
  guint n_protected;
  guint n_others;
  GString *protected;
} Sum;

static void
add_to_sum (Sum *sum, MuriDeletionRow *item)
{
  gboolean ticked = muri_deletion_row_get_ticked (item);
  MuriDeletionReason kind = muri_deletion_row_get_kind (item);

  if (muri_deletion_row_get_target (item))
    {
      sum->n_volumes += ticked;
      sum->n_able += muri_deletion_row_get_enabled (item);
      sum->size += ticked ? muri_deletion_row_get_size (item) : 0;
    }
  else if (ticked)
    sum->n_vms++;
  else if (kind == MURI_DELETION_GUARDED)
    g_string_append_printf (sum->protected, "%s%s",
                            sum->n_protected++ > 0 ? C_ ("list separator", ", ") : "",
                            muri_vm_get_name (muri_deletion_row_get_vm (item)));
  else if (kind == MURI_DELETION_RUNNING)
    sum->n_active++;
  else if (kind != MURI_DELETION_POSSIBLE)
    sum->n_others++;
}

static MuriDeletionRow *
get_item (MuriDeleteWindow *self, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (self->items), i);
}

static char *
describe (const Sum *sum)
{
  g_autofree char *vms = g_strdup_printf (
      ngettext ("%u VM goes for good", "%u VMs go for good", sum->n_vms), sum->n_vms);
  g_autofree char *size = muri_format_size (sum->size);

  if (sum->n_vms == 0)
    return g_strdup (_ ("None of these is deleted."));
  if (sum->n_volumes == 0)
    /* Translators: "3 VMs go for good" */
    return g_strdup_printf (_ ("%s. All volumes stay."), vms);
  /* Translators: "3 VMs go for good", a number of volumes, a size */
  return g_strdup_printf (ngettext ("%s, with %u volume that holds %s.",
                                    "%s, with %u volumes that hold %s.", sum->n_volumes),
                          vms, sum->n_volumes, size);
}

static char *
describe_others (const Sum *sum)
{
  g_autofree char *left = NULL;

  if (sum->n_others > 0)
    left = g_strdup_printf (
        ngettext ("%u cannot be deleted now.", "%u cannot be deleted now.", sum->n_others),
        sum->n_others);
  if (sum->n_protected == 0)
    return g_steal_pointer (&left);
  return left ? g_strdup_printf (_ ("Protected and left alone: %s. %s"), sum->protected->str, left)
              : g_strdup_printf (_ ("Protected and left alone: %s."), sum->protected->str);
}

static void
update_sides (MuriDeleteWindow *self, const Sum *sum)
{
  g_autofree char *others = describe_others (sum);
  g_autofree char *active =
      g_strdup_printf (ngettext ("%u is running and is left out.",
                                 "%u are running and are left out.", sum->n_active),
                       sum->n_active);
  g_autofree char *button = muri_format_verb_count (MURI_VERB_POWER_OFF, sum->n_active);
  g_autofree char *dots = g_strdup_printf (C_ ("verb that asks", "%s…"), button);

  gtk_label_set_text (self->others, others ? others : "");
  gtk_widget_set_visible (GTK_WIDGET (self->others), others != NULL);
  gtk_label_set_text (self->active_label, active);
  gtk_button_set_label (self->force_off, dots);
  gtk_widget_set_visible (self->active_box, sum->n_active > 0);
  self->ticking = TRUE;
  gtk_check_button_set_inconsistent (self->volumes,
                                     sum->n_volumes > 0 && sum->n_volumes < sum->n_able);
  gtk_check_button_set_active (self->volumes, sum->n_able > 0 && sum->n_volumes == sum->n_able);
  gtk_widget_set_sensitive (GTK_WIDGET (self->volumes), sum->n_able > 0);
  self->ticking = FALSE;
}

static void
update (MuriDeleteWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  Sum sum = { .protected = g_string_new (NULL) };
  g_autofree char *sentence = NULL;
  g_autofree char *button = NULL;
  g_autofree char *number = NULL;
  g_autofree char *label = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      add_to_sum (&sum, item);
    }
  sentence = describe (&sum);
  button = muri_format_verb_count (MURI_VERB_DELETE, sum.n_vms);
  number = g_strdup_printf ("%u", sum.n_vms);
  label = g_strdup_printf (_ ("These are many. Type %u to confirm."), sum.n_vms);
  update_sides (self, &sum);
  g_string_free (sum.protected, TRUE);
  gtk_label_set_text (self->sentence, sentence);
  gtk_button_set_label (self->confirm, button);
  gtk_label_set_text (self->typing_label, label);
  gtk_widget_set_visible (self->typing, sum.n_vms > MURI_DELETION_TYPED_ABOVE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->confirm),
                            sum.n_vms > 0
                                && (sum.n_vms <= MURI_DELETION_TYPED_ABOVE
                                    || g_str_equal (gtk_editable_get_text (self->typed), number)));
}

static gboolean
on_update (gpointer user_data)
{
  MuriDeleteWindow *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
queue_update (MuriDeleteWindow *self)
{
  if (self->update_id == 0)
    self->update_id = g_idle_add (on_update, self);
}

static void
on_volumes_toggled (MuriDeleteWindow *self)
{
  gboolean ticked = gtk_check_button_get_active (self->volumes);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; !self->ticking && i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      if (muri_deletion_row_get_target (item))
        muri_deletion_row_set_ticked (item, ticked);
    }
}

/* ---- what is asked for ---- */

static GPtrArray *
collect_ticked (MuriDeleteWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  GPtrArray *vms = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      if (!muri_deletion_row_get_target (item) && muri_deletion_row_get_ticked (item))
        g_ptr_array_add (vms, g_object_ref (muri_deletion_row_get_vm (item)));
    }
  return vms;
}

static void
choose_volume (MuriDeletion *deletion, MuriVm *vm, const char *target)
{
  for (guint i = 0; i < deletion->items->len; i++)
    {
      MuriDeletionItem *item = deletion->items->pdata[i];

      for (guint j = 0; item->vm == vm && j < item->volumes->len; j++)
        {
          MuriDeletionVolume *volume = item->volumes->pdata[j];

          if (g_str_equal (volume->target, target))
            muri_deletion_choose (deletion, item, volume, TRUE);
        }
    }
}

/* As things are now: what became shared while somebody read stays. */
static MuriDeletion *
make_deletion (MuriDeleteWindow *self)
{
  g_autoptr (GPtrArray) vms = collect_ticked (self);
  MuriDeletion *deletion = muri_deletion_new (vms, FALSE);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);
      const char *target = muri_deletion_row_get_target (item);

      if (target && muri_deletion_row_get_ticked (item))
        choose_volume (deletion, muri_deletion_row_get_vm (item), target);
    }
  return deletion;
}

static void
on_confirm (MuriDeleteWindow *self)
{
  g_autoptr (MuriDeletion) deletion = make_deletion (self);
  g_autoptr (GPtrArray) requests = muri_deletion_make_requests (deletion);

  g_signal_emit (self, confirmed_signal, 0, requests);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
on_force_off (MuriDeleteWindow *self)
{
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      if (!muri_deletion_row_get_target (item)
          && muri_deletion_row_get_kind (item) == MURI_DELETION_RUNNING)
        g_ptr_array_add (vms, g_object_ref (muri_deletion_row_get_vm (item)));
    }
  g_signal_emit (self, force_off_signal, 0, vms);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* ---- the list ---- */

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "ellipsize",
                                   PANGO_ELLIPSIZE_MIDDLE, "hexpand", TRUE, NULL);
  GtkWidget *detail =
      g_object_new (GTK_TYPE_LABEL, "xalign", 1.0, "ellipsize", PANGO_ELLIPSIZE_END, NULL);

  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "numeric");
  gtk_box_append (GTK_BOX (row), gtk_check_button_new ());
  gtk_box_append (GTK_BOX (row), muri_state_icon_new ());
  gtk_box_append (GTK_BOX (row), title);
  gtk_box_append (GTK_BOX (row), detail);
  gtk_list_item_set_child (list_item, row);
}

static void
show_texts (GtkListItem *list_item, MuriDeletionRow *item, GtkWidget *icon)
{
  GtkWidget *title = gtk_widget_get_next_sibling (icon);
  GtkWidget *detail = gtk_widget_get_next_sibling (title);
  const char *reason = muri_deletion_row_get_reason (item);
  const char *words = reason ? reason : muri_deletion_row_get_detail (item);
  g_autofree char *label = g_strdup_printf ("%s, %s", muri_deletion_row_get_title (item), words);

  gtk_label_set_text (GTK_LABEL (title), muri_deletion_row_get_title (item));
  gtk_label_set_text (GTK_LABEL (detail), words);
  gtk_widget_set_tooltip_text (detail, words);
  muri_row_label_set (gtk_list_item_get_child (list_item), label);
  if (reason)
    gtk_widget_add_css_class (title, "dim-label");
  else
    gtk_widget_remove_css_class (title, "dim-label");
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  MuriDeletionRow *item = gtk_list_item_get_item (list_item);
  GtkWidget *check = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));
  GtkWidget *icon = gtk_widget_get_next_sibling (check);
  gboolean volume = muri_deletion_row_get_target (item) != NULL;
  GBinding *ticked = g_object_bind_property (item, "ticked", check, "active",
                                             G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  GBinding *enabled =
      g_object_bind_property (item, "enabled", check, "sensitive", G_BINDING_SYNC_CREATE);

  g_object_set_data (G_OBJECT (list_item), "ticked", ticked);
  g_object_set_data (G_OBJECT (list_item), "enabled", enabled);
  gtk_widget_set_margin_start (check, volume ? INDENT : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  muri_deletion_row_get_title (item), -1);
  muri_state_icon_set_vm (MURI_STATE_ICON (icon), volume ? NULL : muri_deletion_row_get_vm (item));
  gtk_widget_set_visible (icon, !volume);
  show_texts (list_item, item, icon);
}

static void
on_row_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  GtkWidget *check = gtk_widget_get_first_child (gtk_list_item_get_child (list_item));

  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "ticked"));
  g_binding_unbind (g_object_get_data (G_OBJECT (list_item), "enabled"));
  muri_state_icon_set_vm (MURI_STATE_ICON (gtk_widget_get_next_sibling (check)), NULL);
}

static void
on_activate (MuriDeleteWindow *self, guint position)
{
  g_autoptr (MuriDeletionRow) item = get_item (self, position);

  if (item)
    muri_deletion_row_set_ticked (item, !muri_deletion_row_get_ticked (item));
}

static void
append (MuriDeleteWindow *self, MuriDeletionRow *item)
{
  g_signal_connect_object (item, "notify::ticked", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_list_store_append (self->items, item);
}

static void
append_vm (MuriDeleteWindow *self, MuriDeletionItem *vm)
{
  g_autoptr (MuriDeletionRow) item = muri_deletion_row_new (vm);

  append (self, item);
  for (guint i = 0; vm->reason == MURI_DELETION_POSSIBLE && i < vm->volumes->len; i++)
    {
      g_autoptr (MuriDeletionRow) volume =
          muri_deletion_row_new_volume (item, vm->volumes->pdata[i]);

      append (self, volume);
    }
}

/* Those that go first. */
static void
fill (MuriDeleteWindow *self)
{
  for (guint stays = 0; stays < 2; stays++)
    for (guint i = 0; i < self->deletion->items->len; i++)
      {
        MuriDeletionItem *item = self->deletion->items->pdata[i];

        if ((item->reason != MURI_DELETION_POSSIBLE) == stays)
          append_vm (self, item);
      }
}

static void
make_list (MuriDeleteWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkNoSelection) selection =
      gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->items)));

  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_row_unbind), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

static void
muri_delete_window_dispose (GObject *object)
{
  MuriDeleteWindow *self = MURI_DELETE_WINDOW (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_DELETE_WINDOW);
  g_clear_object (&self->items);
  g_clear_pointer (&self->deletion, muri_deletion_free);

  G_OBJECT_CLASS (muri_delete_window_parent_class)->dispose (object);
}

static void
muri_delete_window_class_init (MuriDeleteWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_delete_window_dispose;
  confirmed_signal = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  force_off_signal = g_signal_new ("force-off", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-delete-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, cancel);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, sentence);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, others);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, active_box);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, active_label);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, force_off);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, volumes);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, list);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typing);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typing_label);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typed);
  gtk_widget_class_bind_template_callback (widget_class, queue_update);
  gtk_widget_class_bind_template_callback (widget_class, on_volumes_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_force_off);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static void
muri_delete_window_init (MuriDeleteWindow *self)
{
  self->items = g_list_store_new (MURI_TYPE_DELETION_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
}

MuriDeleteWindow *
muri_delete_window_new (GtkWindow *parent, GPtrArray *vms)
{
  MuriDeleteWindow *self = g_object_new (MURI_TYPE_DELETE_WINDOW, "transient-for", parent, NULL);

  self->deletion = muri_deletion_new (vms, TRUE);
  fill (self);
  make_list (self);
  update (self);
  /* Enter is never the answer that takes something away. */
  gtk_window_set_default_widget (GTK_WINDOW (self), self->cancel);
  gtk_window_set_focus (GTK_WINDOW (self), gtk_widget_get_visible (self->typing)
                                               ? GTK_WIDGET (self->typed)
                                               : self->cancel);
  return self;
}
