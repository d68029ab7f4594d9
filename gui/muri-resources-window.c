/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-resources-window.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-choice-list.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-pace.h"
#include "muri-plan.h"
#include "muri-resources-row.h"
#include "muri-spin.h"

struct _MuriResourcesWindow
{
  AdwWindow parent_instance;

  /* Template widgets */
  AdwWindowTitle *heading;
  GtkButton *confirm;
  GtkWidget *one;
  GtkWidget *now_title;
  GtkSpinButton *vcpus_now;
  GtkSpinButton *vcpus_next;
  GtkSpinButton *memory_now;
  GtkSpinButton *memory_next;
  GtkLabel *vcpus_note;
  GtkLabel *memory_note;
  GtkWidget *many;
  GtkEditable *vcpus;
  GtkEditable *memory;
  AdwComboRow *when;
  GtkLabel *sentence;
  GtkWidget *choices;
  GtkCheckButton *all;
  GtkListView *list;
  MuriPace *pace;
  GtkWidget *typing;
  GtkLabel *typing_label;
  GtkEditable *typed;

  /* Owned */
  GPtrArray *vms;
  char *group;
  GListStore *rows;
  GPtrArray *allocations; /* what would be asked for */
  const char *unclear;    /* why what is typed is not understood */
  guint update_id;
  gboolean filling; /* the rows */
};

G_DEFINE_FINAL_TYPE (MuriResourcesWindow, muri_resources_window, ADW_TYPE_WINDOW)

static guint confirmed_signal;

static gboolean
is_one (MuriResourcesWindow *self)
{
  return self->vms->len == 1;
}

/* ---- one VM ---- */

static gboolean
is_active (MuriVm *vm)
{
  guint state = muri_vm_get_state (vm);

  return state == MURI_VM_STATE_RUNNING || state == MURI_VM_STATE_PAUSED;
}

static void
set_to (MuriAdjustment *adjustment, guint64 value, guint64 before)
{
  if (value != before)
    *adjustment = (MuriAdjustment){ .kind = MURI_ADJUSTMENT_TO, .value = (gint64)value };
}

/* In whole MiB: who did not touch it keeps what is between. */
static guint64
get_memory (GtkSpinButton *button, guint64 before)
{
  guint64 value = muri_spin_get_number (button);

  return value == before / 1024 ? before : value * 1024;
}

static MuriResourcesRow *
get_row (MuriResourcesWindow *self, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (self->rows), i);
}

static GPtrArray *
list_meant (MuriResourcesWindow *self)
{
  GPtrArray *meant = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->vms->len; i++)
    {
      g_autoptr (MuriResourcesRow) row = get_row (self, i);

      if (muri_resources_row_is_wanted (row))
        g_ptr_array_add (meant, g_object_ref (self->vms->pdata[i]));
    }
  return meant;
}

static void
add_wish (MuriResourcesWindow *self, const MuriAllocationWish *wish)
{
  g_autoptr (GPtrArray) meant = NULL;

  if (wish->vcpus.kind == MURI_ADJUSTMENT_NONE && wish->memory.kind == MURI_ADJUSTMENT_NONE)
    return;
  meant = list_meant (self);
  g_ptr_array_add (self->allocations, muri_allocation_new (meant, wish));
}

/* One request where both columns say the same, else one each. */
static void
allocate_one (MuriResourcesWindow *self)
{
  MuriVm *vm = self->vms->pdata[0];
  MuriResources now, next;
  MuriAllocationWish first, second;

  muri_allocation_wish_init (&first);
  muri_allocation_wish_init (&second);
  muri_vm_get_resources (vm, &now, &next);
  first.when = MURI_ALLOCATION_NOW;
  second.when = MURI_ALLOCATION_NEXT;
  if (is_active (vm))
    {
      set_to (&first.vcpus, muri_spin_get_number (self->vcpus_now), now.vcpus);
      set_to (&first.memory, get_memory (self->memory_now, now.memory), now.memory);
    }
  set_to (&second.vcpus, muri_spin_get_number (self->vcpus_next), next.vcpus);
  set_to (&second.memory, get_memory (self->memory_next, next.memory), next.memory);
  if (memcmp (&first.vcpus, &second.vcpus, sizeof first.vcpus) == 0
      && memcmp (&first.memory, &second.memory, sizeof first.memory) == 0)
    {
      first.when = MURI_ALLOCATION_BOTH;
      add_wish (self, &first);
      return;
    }
  add_wish (self, &first);
  add_wish (self, &second);
}

static void
set_up_one (MuriResourcesWindow *self)
{
  MuriVm *vm = self->vms->pdata[0];
  const muri_v1_Node *node = muri_node_get_facts (muri_vm_get_node (vm));
  gboolean active = is_active (vm);
  MuriResources now, next;
  g_autofree char *host = muri_format_size (node->memory * 1024.0);
  g_autofree char *most = NULL;
  g_autofree char *vcpus = NULL;
  g_autofree char *memory = NULL;

  muri_vm_get_resources (vm, &now, &next);
  gtk_spin_button_set_value (self->vcpus_now, now.vcpus);
  gtk_spin_button_set_value (self->vcpus_next, next.vcpus);
  gtk_spin_button_set_value (self->memory_now, (double)(now.memory / 1024));
  gtk_spin_button_set_value (self->memory_next, (double)(next.memory / 1024));
  gtk_widget_set_sensitive (GTK_WIDGET (self->vcpus_now), active);
  gtk_widget_set_sensitive (GTK_WIDGET (self->memory_now), active);
  gtk_widget_set_sensitive (self->now_title, active);
  most = muri_format_size (now.memory_max * 1024.0);
  /* Translators: numbers of vCPUs, and of processors */
  vcpus = active ? muri_counted (_ ("At most %u while it runs; its host has %u."), now.vcpus_max,
                                 node->cpus)
                 : muri_counted (_ ("Its host has %u."), node->cpus);
  /* Translators: sizes of memory */
  memory = active ? g_strdup_printf (_ ("At most %s while it runs; its host has %s."), most, host)
                  : g_strdup_printf (_ ("Its host has %s."), host);
  gtk_label_set_text (self->vcpus_note, vcpus);
  gtk_label_set_text (self->memory_note, memory);
}

/* ---- many ---- */

static void
mark (GtkEditable *entry, gboolean good)
{
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
}

static void
allocate_many (MuriResourcesWindow *self)
{
  MuriAllocationWish wish;
  gboolean vcpus, memory;

  muri_allocation_wish_init (&wish);
  vcpus = muri_adjustment_parse_vcpus (gtk_editable_get_text (self->vcpus), &wish.vcpus);
  memory = muri_adjustment_parse_memory (gtk_editable_get_text (self->memory), &wish.memory);
  wish.when = adw_combo_row_get_selected (self->when);
  mark (self->vcpus, vcpus);
  mark (self->memory, memory);
  self->unclear = !vcpus    ? _ ("vCPUs are a number, or a change like +1 or +25 %.")
                  : !memory ? _ ("Memory is a size like 4 GiB, or a change like +512 MiB or +25 %.")
                            : NULL;
  if (!self->unclear)
    add_wish (self, &wish);
}

/* ---- */

/* What becomes of each, also of those that are left out. */
static void
fill (MuriResourcesWindow *self)
{
  MuriAllocation *allocation = self->allocations->len > 0 ? self->allocations->pdata[0] : NULL;
  g_autoptr (GHashTable) items = g_hash_table_new (NULL, NULL);
  guint n_ticked = 0;

  for (guint i = 0; allocation && i < allocation->items->len; i++)
    {
      MuriAllocationItem *item = allocation->items->pdata[i];

      g_hash_table_insert (items, item->vm, item);
    }
  self->filling = TRUE;
  for (guint i = 0; i < self->vms->len; i++)
    {
      g_autoptr (MuriResourcesRow) row = get_row (self, i);

      muri_resources_row_set_item (row, g_hash_table_lookup (items, self->vms->pdata[i]));
      n_ticked += muri_resources_row_is_wanted (row);
    }
  gtk_check_button_set_inconsistent (self->all, n_ticked > 0 && n_ticked < self->vms->len);
  gtk_check_button_set_active (self->all, n_ticked == self->vms->len);
  self->filling = FALSE;
}

static char *
describe_one (MuriResourcesWindow *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->allocations->len; i++)
    {
      MuriAllocation *allocation = self->allocations->pdata[i];
      g_autofree char *words = muri_resources_describe (allocation->items->pdata[0]);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", words);
    }
  return g_string_free (text, FALSE);
}

static char *
describe_many (MuriResourcesWindow *self)
{
  MuriAllocation *allocation = self->allocations->len > 0 ? self->allocations->pdata[0] : NULL;
  guint others;
  GString *text;

  if (self->unclear)
    return g_strdup (self->unclear);
  if (!allocation)
    return muri_counted (ngettext ("%u VM. Say what it shall have.",
                                   "%u VMs. Say what they shall have.", self->vms->len),
                         self->vms->len);
  others = self->vms->len - allocation->n_possible;
  text = g_string_new (NULL);
  muri_counted_append (text, ngettext ("%u VM changes.", "%u VMs change.", allocation->n_possible),
                       allocation->n_possible);
  if (allocation->n_waiting > 0)
    muri_counted_append (text,
                         ngettext (" %u of them waits for its next boot.",
                                   " %u of them wait for their next boot.", allocation->n_waiting),
                         allocation->n_waiting);
  if (others > 0)
    muri_counted_append (text, ngettext (" %u stays as it is.", " %u stay as they are.", others),
                         others);
  return g_string_free (text, FALSE);
}

static void
update_typing (MuriResourcesWindow *self, guint n)
{
  gboolean many = muri_plan_wants_number (n);
  g_autofree char *label = muri_counted (_ ("These are many. Type %u to confirm."), n);

  gtk_label_set_text (self->typing_label, label);
  gtk_widget_set_visible (self->typing, many);
  gtk_widget_set_sensitive (
      GTK_WIDGET (self->confirm),
      n > 0 && (!many || muri_counted_is (gtk_editable_get_text (self->typed), n)));
}

static void
update (MuriResourcesWindow *self)
{
  guint n = 0;
  g_autofree char *sentence = NULL;
  g_autofree char *button = NULL;

  g_ptr_array_set_size (self->allocations, 0);
  if (is_one (self))
    allocate_one (self);
  else
    allocate_many (self);
  for (guint i = 0; i < self->allocations->len; i++)
    n = MAX (n, ((MuriAllocation *)self->allocations->pdata[i])->n_possible);
  if (!is_one (self))
    fill (self);
  sentence = is_one (self) ? describe_one (self) : describe_many (self);
  gtk_label_set_text (self->sentence, sentence);
  button = is_one (self) ? g_strdup (C_ ("resources", "Change"))
                         : muri_counted (ngettext ("Change %u VM", "Change %u VMs", n), n);
  gtk_button_set_label (self->confirm, button);
  update_typing (self, n);
}

static gboolean
on_update (gpointer user_data)
{
  MuriResourcesWindow *self = user_data;

  self->update_id = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
on_changed (MuriResourcesWindow *self)
{
  if (self->update_id == 0 && self->vms)
    self->update_id = g_idle_add (on_update, self);
}

static void
on_confirm (MuriResourcesWindow *self)
{
  g_autoptr (GPtrArray) requests =
      g_ptr_array_new_with_free_func ((GDestroyNotify)muri_request_unref);
  MuriPacing pacing;

  if (self->update_id > 0)
    {
      g_clear_handle_id (&self->update_id, g_source_remove);
      update (self);
    }
  if (!gtk_widget_get_sensitive (GTK_WIDGET (self->confirm)))
    return;
  muri_pace_get (self->pace, &pacing);
  for (guint i = 0; i < self->allocations->len; i++)
    {
      MuriRequest *request = muri_allocation_make_request (self->allocations->pdata[i]);

      if (!request)
        continue;
      if (self->group)
        muri_request_set_group (request, self->group);
      muri_request_set_pacing (request, &pacing, NULL);
      g_ptr_array_add (requests, request);
    }
  g_signal_emit (self, confirmed_signal, 0, requests);
  gtk_window_destroy (GTK_WINDOW (self));
}

/* ---- the list ---- */

static void
describe_row (gpointer item, MuriChoice *choice)
{
  MuriResourcesRow *row = item;

  choice->vm = muri_resources_row_get_vm (row);
  choice->title = muri_vm_get_name (choice->vm);
  choice->detail = muri_resources_row_get_words (row);
  choice->dim = !muri_resources_row_get_ticked (row);
}

static void
on_row_ticked (MuriResourcesWindow *self, GParamSpec *pspec, MuriResourcesRow *row)
{
  /* What could not be is told by the same signal. */
  if (!self->filling)
    on_changed (self);
}

static int
compare_vms (gconstpointer a, gconstpointer b)
{
  MuriVm *x = *(MuriVm *const *)a;
  MuriVm *y = *(MuriVm *const *)b;
  g_autofree char *key_x = g_utf8_collate_key_for_filename (muri_vm_get_name (x), -1);
  g_autofree char *key_y = g_utf8_collate_key_for_filename (muri_vm_get_name (y), -1);

  return strcmp (key_x, key_y);
}

static void
make_list (MuriResourcesWindow *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_sort (self->vms, compare_vms);
  for (guint i = 0; i < self->vms->len; i++)
    {
      MuriResourcesRow *row = muri_resources_row_new (self->vms->pdata[i]);

      g_signal_connect_object (row, "notify::ticked", G_CALLBACK (on_row_ticked), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_add (rows, row);
    }
  g_list_store_splice (self->rows, 0, 0, rows->pdata, rows->len);
  muri_choice_list_set_up (self->list, G_LIST_MODEL (self->rows), describe_row);
}

static void
on_all_toggled (MuriResourcesWindow *self)
{
  gboolean ticked = gtk_check_button_get_active (self->all);

  for (guint i = 0; !self->filling && i < self->vms->len; i++)
    {
      g_autoptr (MuriResourcesRow) row = get_row (self, i);

      muri_resources_row_set_ticked (row, ticked);
    }
}

static void
muri_resources_window_dispose (GObject *object)
{
  MuriResourcesWindow *self = MURI_RESOURCES_WINDOW (object);

  g_clear_pointer (&self->vms, g_ptr_array_unref);
  g_clear_handle_id (&self->update_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_RESOURCES_WINDOW);
  g_clear_pointer (&self->allocations, g_ptr_array_unref);
  g_clear_pointer (&self->group, g_free);
  g_clear_object (&self->rows);

  G_OBJECT_CLASS (muri_resources_window_parent_class)->dispose (object);
}

static void
muri_resources_window_class_init (MuriResourcesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_resources_window_dispose;
  confirmed_signal = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  g_type_ensure (MURI_TYPE_PACE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-resources-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, one);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, now_title);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, vcpus_now);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, vcpus_next);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, memory_now);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, memory_next);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, vcpus_note);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, memory_note);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, many);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, vcpus);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, memory);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, when);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, sentence);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, choices);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, all);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, list);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, pace);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, typing);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, typing_label);
  gtk_widget_class_bind_template_child (widget_class, MuriResourcesWindow, typed);
  gtk_widget_class_bind_template_callback (widget_class, on_all_toggled);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
}

/* GTK 4.8 has no such property of a spin button. */
static void
activate_default (GtkSpinButton *button)
{
  gtk_text_set_activates_default (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (button))),
                                  TRUE);
}

static void
muri_resources_window_init (MuriResourcesWindow *self)
{
  self->rows = g_list_store_new (MURI_TYPE_RESOURCES_ROW);
  self->allocations = g_ptr_array_new_with_free_func ((GDestroyNotify)muri_allocation_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
  activate_default (self->vcpus_now);
  activate_default (self->vcpus_next);
  activate_default (self->memory_now);
  activate_default (self->memory_next);
}

MuriResourcesWindow *
muri_resources_window_new (GtkWindow *parent, GPtrArray *vms, const char *group)
{
  MuriResourcesWindow *self =
      g_object_new (MURI_TYPE_RESOURCES_WINDOW, "transient-for", parent, NULL);
  g_autofree char *count = muri_counted (ngettext ("%u VM", "%u VMs", vms->len), vms->len);

  self->vms = g_ptr_array_copy (vms, (GCopyFunc)(void (*) (void))g_object_ref, NULL);
  g_ptr_array_set_free_func (self->vms, g_object_unref);
  self->group = g_strdup (group);
  adw_window_title_set_subtitle (self->heading, is_one (self) ? muri_vm_get_name (vms->pdata[0])
                                                : group       ? group
                                                              : count);
  gtk_widget_set_visible (self->one, is_one (self));
  gtk_widget_set_visible (self->many, !is_one (self));
  gtk_widget_set_visible (self->choices, !is_one (self));
  make_list (self);
  muri_pace_set_up (self->pace, MURI_VERB_RESIZE, FALSE, &(MuriPacing){ 0 });
  if (is_one (self))
    set_up_one (self);
  update (self);
  gtk_window_set_focus (GTK_WINDOW (self), !is_one (self) ? GTK_WIDGET (self->vcpus)
                                           : is_active (vms->pdata[0])
                                               ? GTK_WIDGET (self->vcpus_now)
                                               : GTK_WIDGET (self->vcpus_next));
  return self;
}
