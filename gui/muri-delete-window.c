/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-delete-window.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-choice-list.h"
#include "muri-counted.h"
#include "muri-deletion-row.h"
#include "muri-format.h"

struct _MuriDeleteWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  GtkWidget *cancel;
  GtkButton *confirm;
  GtkLabel *sentence;
  GtkLabel *others;
  GtkCheckButton *stop;
  GtkCheckButton *volumes;
  GtkListView *list;
  GtkWidget *typing;
  GtkLabel *typing_label;
  GtkEditable *typed;

  /* Owned */
  MuriDeletion *deletion;
  char *owner; /* nullable: the template that goes with the last of them */
  GListStore *items;
  guint update_id;
  gboolean ticking; /* all volumes at once */
};

G_DEFINE_FINAL_TYPE (MuriDeleteWindow, muri_delete_window, ADW_TYPE_WINDOW)

static guint confirmed_signal;

typedef struct
{
  guint n_vms;
  guint n_volumes;
  guint n_able; /* volumes that could go with these VMs */
  guint64 size;
  guint n_active;  /* they run */
  guint n_stopped; /* of these, forced off first */
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
    {
      sum->n_vms++;
      sum->n_active += kind == MURI_DELETION_RUNNING;
      sum->n_stopped += kind == MURI_DELETION_RUNNING;
    }
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
  g_autofree char *vms =
      muri_counted (ngettext ("%u VM goes for good", "%u VMs go for good", sum->n_vms), sum->n_vms);
  g_autofree char *size = muri_format_size (sum->size);
  GString *text = g_string_new (NULL);

  if (sum->n_vms == 0)
    g_string_append (text, _ ("None of these is deleted."));
  else if (sum->n_volumes == 0)
    /* Translators: "3 VMs go for good" */
    g_string_append_printf (text, _ ("%s. All volumes stay."), vms);
  else
    /* Translators: "3 VMs go for good", a number of volumes, a size */
    muri_counted_append (text,
                         ngettext ("%s, with %u volume that holds %s.",
                                   "%s, with %u volumes that hold %s.", sum->n_volumes),
                         vms, sum->n_volumes, size);
  if (sum->n_stopped > 0)
    g_string_append_printf (text, " %s", _ ("What guests have not saved is lost."));
  return g_string_free (text, FALSE);
}

static void
append (GString *text, char *sentence)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sentence);
  g_free (sentence);
}

static char *
describe_others (MuriDeleteWindow *self, const Sum *sum)
{
  GString *text = g_string_new (NULL);
  guint n = sum->n_active - sum->n_stopped;
  guint missing = self->deletion->items->len - sum->n_vms;

  if (sum->n_protected > 0)
    append (text, g_strdup_printf (_ ("Protected and left alone: %s."), sum->protected->str));
  if (n > 0 && !gtk_check_button_get_active (self->stop))
    append (text, muri_counted (ngettext ("%u is running and is left out.",
                                          "%u are running and are left out.", n),
                                n));
  if (sum->n_others > 0)
    append (text, muri_counted (ngettext ("%u cannot be deleted now.", "%u cannot be deleted now.",
                                          sum->n_others),
                                sum->n_others));
  if (self->owner && missing == 0)
    /* Translators: a template's name */
    append (text, g_strdup_printf (_ ("Then the template %s is deleted, too."), self->owner));
  else if (self->owner)
    /* Translators: a template's name */
    append (text, muri_counted (ngettext ("The template %s stays, as long as %u clone of it stays.",
                                          "The template %s stays, as long as %u clones of it stay.",
                                          missing),
                                self->owner, missing));
  return g_string_free (text, FALSE);
}

static void
update_sides (MuriDeleteWindow *self, const Sum *sum)
{
  g_autofree char *others = describe_others (self, sum);
  gboolean stopping = gtk_check_button_get_active (self->stop);
  guint n = stopping ? sum->n_stopped : sum->n_active;
  g_autofree char *stop = muri_counted (ngettext ("First _force off the %u that is running",
                                                  "First _force off the %u that are running", n),
                                        n);

  gtk_label_set_text (self->others, others);
  gtk_widget_set_visible (GTK_WIDGET (self->others), *others);
  gtk_check_button_set_label (self->stop, stop);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), sum->n_active > 0);
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
  g_autofree char *label = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      add_to_sum (&sum, item);
    }
  sentence = describe (&sum);
  button = muri_format_verb_count (MURI_VERB_DELETE, sum.n_vms);
  label = muri_counted (_ ("These are many. Type %u to confirm."), sum.n_vms);
  update_sides (self, &sum);
  g_string_free (sum.protected, TRUE);
  gtk_label_set_text (self->sentence, sentence);
  gtk_button_set_label (self->confirm, button);
  gtk_label_set_text (self->typing_label, label);
  gtk_widget_set_visible (self->typing, sum.n_vms > MURI_DELETION_TYPED_ABOVE);
  gtk_widget_set_sensitive (
      GTK_WIDGET (self->confirm),
      sum.n_vms > 0
          && (sum.n_vms <= MURI_DELETION_TYPED_ABOVE
              || muri_counted_is (gtk_editable_get_text (self->typed), sum.n_vms)));
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

static void
on_stop_toggled (MuriDeleteWindow *self)
{
  gboolean stop = gtk_check_button_get_active (self->stop);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MuriDeletionRow) item = get_item (self, i);

      muri_deletion_row_set_stop (item, stop);
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

  muri_deletion_set_stop (deletion, gtk_check_button_get_active (self->stop));
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
  g_autoptr (GPtrArray) running = muri_deletion_list_running (deletion);

  g_signal_emit (self, confirmed_signal, 0, requests, running,
                 deletion->n_possible == self->deletion->items->len);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* ---- the list ---- */

static void
describe_row (gpointer item, MuriChoice *choice)
{
  MuriDeletionRow *row = item;
  const char *reason = muri_deletion_row_get_reason (row);

  choice->part = muri_deletion_row_get_target (row) != NULL;
  choice->vm = choice->part ? NULL : muri_deletion_row_get_vm (row);
  choice->title = muri_deletion_row_get_title (row);
  choice->detail = reason ? reason : muri_deletion_row_get_detail (row);
  choice->dim = reason != NULL;
}

static void
add_row (MuriDeleteWindow *self, MuriDeletionRow *item)
{
  g_signal_connect_object (item, "notify::ticked", G_CALLBACK (queue_update), self,
                           G_CONNECT_SWAPPED);
  g_list_store_append (self->items, item);
}

static gboolean
is_deletable (MuriDeletionItem *vm)
{
  return vm->reason == MURI_DELETION_POSSIBLE || vm->reason == MURI_DELETION_RUNNING;
}

static void
append_vm (MuriDeleteWindow *self, MuriDeletionItem *vm)
{
  g_autoptr (MuriDeletionRow) item = muri_deletion_row_new (vm);

  add_row (self, item);
  for (guint i = 0; is_deletable (vm) && i < vm->volumes->len; i++)
    {
      g_autoptr (MuriDeletionRow) volume =
          muri_deletion_row_new_volume (item, vm->volumes->pdata[i]);

      add_row (self, volume);
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

        if (is_deletable (item) == (stays == 0))
          append_vm (self, item);
      }
}

static void
muri_delete_window_dispose (GObject *object)
{
  MuriDeleteWindow *self = MURI_DELETE_WINDOW (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_DELETE_WINDOW);
  g_clear_object (&self->items);
  g_clear_pointer (&self->deletion, muri_deletion_free);
  g_clear_pointer (&self->owner, g_free);

  G_OBJECT_CLASS (muri_delete_window_parent_class)->dispose (object);
}

static void
muri_delete_window_class_init (MuriDeleteWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_delete_window_dispose;
  confirmed_signal =
      g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_PTR_ARRAY, G_TYPE_PTR_ARRAY, G_TYPE_BOOLEAN);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-delete-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, cancel);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, sentence);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, others);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, stop);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, volumes);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, list);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typing);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typing_label);
  gtk_widget_class_bind_template_child (widget_class, MuriDeleteWindow, typed);
  gtk_widget_class_bind_template_callback (widget_class, queue_update);
  gtk_widget_class_bind_template_callback (widget_class, on_volumes_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_toggled);
}

static void
muri_delete_window_init (MuriDeleteWindow *self)
{
  self->items = g_list_store_new (MURI_TYPE_DELETION_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
}

MuriDeleteWindow *
muri_delete_window_new (GtkWindow *parent, GPtrArray *vms, const char *owner)
{
  MuriDeleteWindow *self = g_object_new (MURI_TYPE_DELETE_WINDOW, "transient-for", parent, NULL);

  self->deletion = muri_deletion_new (vms, TRUE);
  self->owner = g_strdup (owner);
  fill (self);
  muri_choice_list_set_up (self->list, G_LIST_MODEL (self->items), describe_row);
  update (self);
  /* Enter is never the answer that takes something away. */
  gtk_window_set_default_widget (GTK_WINDOW (self), self->cancel);
  gtk_window_set_focus (GTK_WINDOW (self), gtk_widget_get_visible (self->typing)
                                               ? GTK_WIDGET (self->typed)
                                               : self->cancel);
  return self;
}
