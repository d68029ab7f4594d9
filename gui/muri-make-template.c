/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-make-template.h"

#include <glib/gi18n.h>

#include "muri-button-names.h"
#include "muri-format.h"
#include "muri-template-drop.h"
#include "muri-template-words.h"
#include "muri-tick-picker.h"

#define NOTES_MAX 1023

struct _MuriMakeTemplate
{
  AdwWindow parent_instance;

  /* Template widgets */
  GtkWidget *confirm;
  AdwActionRow *vm_row;
  MuriTickPicker *picker;
  GtkEditable *name;
  GtkEditable *os;
  GtkLabel *problem;
  GtkTextView *notes;
  GtkLabel *sentence;

  /* Owned */
  MuriFleet *fleet;
  MuriVm *vm; /* nullable */
};

G_DEFINE_FINAL_TYPE (MuriMakeTemplate, muri_make_template, ADW_TYPE_WINDOW)

static guint confirmed_signal;

static char *
get_notes (MuriMakeTemplate *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->notes);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static char *
get_name (MuriMakeTemplate *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
}

/* The first disk becomes the image. */
static char *
describe (MuriVm *vm)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);
  const muri_v1_Node *node = muri_node_get_facts (muri_vm_get_node (vm));
  const MuriDisk *disk = NULL;
  g_autofree char *need = NULL;
  g_autofree char *room = muri_format_size ((double)node->store_available);

  for (guint i = 0; !disk && i < facts->n_disks; i++)
    if (g_strcmp0 (facts->disks[i].device, "disk") == 0)
      disk = &facts->disks[i];
  if (!disk)
    return g_strdup_printf (_ ("%s has no disk."), facts->name);
  need = muri_format_size ((double)(disk->allocation ? disk->allocation : disk->capacity));
  /* Translators: a disk's name in its VM, a VM, a size, a size, a host */
  return g_strdup_printf (_ ("The disk %s of %s is copied into one flat image, which takes up to "
                             "%s of the %s that are free on %s. The VM stays as it is."),
                          disk->target, facts->name, need, room,
                          muri_node_get_name (muri_vm_get_node (vm)));
}

static char *
find_problem (MuriMakeTemplate *self, const char *name)
{
  g_autofree char *why = self->vm ? muri_template_why_not (self->vm) : NULL;
  g_autofree char *notes = get_notes (self);

  if (why)
    return g_strdup_printf (C_ ("VM, reason", "%s: %s"), muri_vm_get_name (self->vm), why);
  if (strlen (notes) > NOTES_MAX)
    return g_strdup (_ ("These notes are too long."));
  return *name ? muri_template_words_name_problem (name) : NULL;
}

static void
update (MuriMakeTemplate *self)
{
  g_autofree char *name = get_name (self);
  g_autofree char *problem = find_problem (self, name);
  g_autofree char *text = self->vm ? describe (self->vm) : NULL;

  gtk_label_set_text (self->problem, problem ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
  gtk_label_set_text (self->sentence, text ? text : _ ("Choose a VM that is off."));
  gtk_widget_set_sensitive (self->confirm, self->vm && !problem && *name);
}

static void
set_vm (MuriMakeTemplate *self, MuriVm *vm)
{
  g_set_object (&self->vm, vm);
  if (vm && gtk_editable_get_text (self->name)[0] == '\0')
    gtk_editable_set_text (self->name, muri_vm_get_name (vm));
  if (vm && gtk_editable_get_text (self->os)[0] == '\0')
    gtk_editable_set_text (self->os, muri_vm_get_facts (vm)->os);
  update (self);
}

static void
on_picked (MuriMakeTemplate *self)
{
  g_autoptr (GPtrArray) ids = muri_tick_picker_get_chosen (self->picker);

  set_vm (self, ids->len > 0 ? muri_fleet_find_vm (self->fleet, ids->pdata[0]) : NULL);
}

static void
fill_picker (MuriMakeTemplate *self)
{
  GListModel *vms = muri_fleet_get_vms (self->fleet);

  muri_tick_picker_set_up (self->picker, _ ("Choose a VM…"), TRUE, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      g_autofree char *why = muri_template_why_not (vm);

      if (!why)
        muri_tick_picker_add (self->picker, muri_vm_get_id (vm), "muri-vm-symbolic",
                              muri_vm_get_name (vm), muri_node_get_name (muri_vm_get_node (vm)),
                              NULL);
    }
}

static void
on_confirm (MuriMakeTemplate *self)
{
  MuriRequest *request = muri_request_new (MURI_VERB_MAKE_TEMPLATE);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = get_name (self);
  g_autofree char *os = g_strstrip (g_strdup (gtk_editable_get_text (self->os)));
  g_autofree char *notes = get_notes (self);

  muri_request_add_vm (request, self->vm);
  muri_request_set_group (request, name);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, id);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, name);
  if (*os)
    muri_request_set_parameter (request, MURI_PARAMETER_OS, os);
  if (*notes)
    muri_request_set_document (request, notes);
  g_signal_emit (self, confirmed_signal, 0, request);
  muri_request_unref (request);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
muri_make_template_dispose (GObject *object)
{
  MuriMakeTemplate *self = MURI_MAKE_TEMPLATE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), MURI_TYPE_MAKE_TEMPLATE);
  g_clear_object (&self->vm);
  g_clear_object (&self->fleet);

  G_OBJECT_CLASS (muri_make_template_parent_class)->dispose (object);
}

static void
muri_make_template_class_init (MuriMakeTemplateClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = muri_make_template_dispose;
  confirmed_signal = g_signal_new ("confirmed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (MURI_TYPE_TICK_PICKER);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/muri/Muri/ui/muri-make-template.ui");
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, confirm);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, vm_row);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, picker);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, name);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, os);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, problem);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, notes);
  gtk_widget_class_bind_template_child (widget_class, MuriMakeTemplate, sentence);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, on_picked);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
}

static void
muri_make_template_init (MuriMakeTemplate *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  muri_button_names_set (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->notes), "changed", G_CALLBACK (update),
                           self, G_CONNECT_SWAPPED);
}

MuriMakeTemplate *
muri_make_template_new (GtkWindow *parent, MuriFleet *fleet, MuriVm *vm)
{
  MuriMakeTemplate *self = g_object_new (MURI_TYPE_MAKE_TEMPLATE, "transient-for", parent, NULL);

  self->fleet = g_object_ref (fleet);
  gtk_widget_set_visible (GTK_WIDGET (self->picker), vm == NULL);
  if (vm)
    adw_action_row_set_subtitle (self->vm_row, muri_vm_get_name (vm));
  else
    fill_picker (self);
  set_vm (self, vm);
  gtk_window_set_focus (GTK_WINDOW (self), vm ? GTK_WIDGET (self->name) : NULL);
  if (vm)
    gtk_editable_select_region (self->name, 0, -1);
  return self;
}
