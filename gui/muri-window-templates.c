/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-clone-window.h"
#include "muri-generalise.h"
#include "muri-import-window.h"
#include "muri-make-template.h"
#include "muri-name-dialog.h"
#include "muri-template-editor.h"
#include "muri-template-export.h"
#include "muri-template-questions.h"
#include "muri-template-words.h"
#include "muri-window-private.h"

typedef struct
{
  MuriWindow *window;
  MuriTemplate *meant;
} Meant;

static Meant *
meant_new (MuriWindow *self, MuriTemplate *meant)
{
  Meant *data = g_new0 (Meant, 1);

  data->window = g_object_ref (self);
  data->meant = g_object_ref (meant);
  return data;
}

static void
meant_free (gpointer data)
{
  Meant *meant = data;

  g_object_unref (meant->window);
  g_object_unref (meant->meant);
  g_free (meant);
}

static MuriTemplate *
find (MuriWindow *self, GVariant *parameter)
{
  MuriTemplate *found =
      muri_fleet_find_template (self->fleet, g_variant_get_string (parameter, NULL));

  if (!found)
    muri_window_say (self, _ ("That template is not there any more"));
  return found;
}

/* Takes @request. */
static void
submit (MuriWindow *self, MuriRequest *request)
{
  muri_act_submit (self->fleet, request, muri_window_acted, g_object_ref (self), g_object_unref);
}

/* Of all hosts that have it. */
static MuriRequest *
request_for_holders (MuriTemplate *meant, guint verb)
{
  MuriRequest *request = muri_request_new (verb);
  GListModel *holders = muri_template_get_holders (meant);

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);

      muri_request_add_node (request, muri_holder_get_node (holder));
    }
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, muri_template_get_id (meant));
  muri_request_set_group (request, muri_template_get_name (meant));
  return request;
}

/* ---- places ---- */

static void
show_templates (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  muri_window_show_template (user_data, NULL);
}

static void
show_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  if (find (user_data, parameter))
    muri_window_show_template (user_data, g_variant_get_string (parameter, NULL));
}

/* ---- names ---- */

static char *
check_name (const char *name, gboolean *usable, gpointer data)
{
  Meant *meant = data;
  GListModel *all = muri_fleet_get_templates (meant->window->fleet);
  char *problem = muri_template_words_name_problem (name);

  *usable = FALSE;
  for (guint i = 0; !problem && i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr (MuriTemplate) other = g_list_model_get_item (all, i);

      *usable = TRUE;
      if (other != meant->meant && g_str_equal (muri_template_get_name (other), name))
        problem = g_strdup (_ ("Another template has this name, too."));
    }
  return problem;
}

static void
on_name (const char *name, gpointer data)
{
  Meant *meant = data;
  MuriRequest *request;

  if (g_str_equal (name, muri_template_get_name (meant->meant)))
    return;
  request = request_for_holders (meant->meant, MURI_VERB_CHANGE_TEMPLATE);
  muri_request_set_parameter (request, MURI_PARAMETER_NAME, name);
  submit (meant->window, request);
}

static void
rename_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);

  if (meant)
    muri_name_dialog_present (GTK_WINDOW (self), _ ("Rename Template"),
                              _ ("All hosts that hold it call it by the new name. Its clones keep "
                                 "theirs."),
                              _ ("_Rename"), muri_template_get_name (meant), check_name, on_name,
                              meant_new (self, meant), meant_free);
}

/* ---- new VMs ---- */

static void
on_clones_confirmed (MuriCloneWindow *window, MuriRequest *request, MuriWindow *self)
{
  submit (self, muri_request_ref (request));
}

static void
new_vms (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *id, *place;
  MuriTemplate *chosen;
  MuriCloneWindow *window;

  g_variant_get (parameter, "(&s&s)", &id, &place);
  chosen = *id ? muri_fleet_find_template (self->fleet, id) : NULL;
  if (*id && !chosen)
    {
      muri_window_say (self, _ ("That template is not there any more"));
      return;
    }
  window = muri_clone_window_new (GTK_WINDOW (self), self->fleet, chosen, place);
  g_signal_connect_object (window, "confirmed", G_CALLBACK (on_clones_confirmed), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

/* ---- how templates come about ---- */

static void
on_made (MuriMakeTemplate *window, MuriRequest *request, MuriWindow *self)
{
  submit (self, muri_request_ref (request));
}

static void
make_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *id = g_variant_get_string (parameter, NULL);
  MuriVm *vm = *id ? muri_fleet_find_vm (self->fleet, id) : NULL;
  MuriMakeTemplate *window = muri_make_template_new (GTK_WINDOW (self), self->fleet, vm);

  g_signal_connect_object (window, "confirmed", G_CALLBACK (on_made), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

/* @request is for those that get it afterwards. */
static void
on_follow (MuriImportWindow *window, MuriOperation *operation, MuriRequest *request,
           MuriWindow *self)
{
  g_autoptr (GPtrArray) stages = muri_window_stages_new ();

  muri_window_stages_add (stages, muri_request_ref (request));
  muri_window_follow (self, operation, stages, NULL);
}

static void
present_import (MuriWindow *self, GFile *file, gboolean address)
{
  MuriImportWindow *window = muri_import_window_new (GTK_WINDOW (self), self->fleet, file, address);

  g_signal_connect_object (window, "follow", G_CALLBACK (on_follow), self, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
import_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *path = g_variant_get_string (parameter, NULL);
  g_autoptr (GFile) file = *path ? g_file_new_for_path (path) : NULL;

  present_import (self, file, FALSE);
}

static void
fetch_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;

  present_import (self, NULL, TRUE);
}

/* ---- what becomes of them ---- */

static void
on_edited (MuriTemplateEditor *window, MuriRequest *changes, Meant *meant)
{
  GListModel *holders = muri_template_get_holders (meant->meant);

  for (guint i = 0; i < g_list_model_get_n_items (holders); i++)
    {
      g_autoptr (MuriHolder) holder = g_list_model_get_item (holders, i);

      muri_request_add_node (changes, muri_holder_get_node (holder));
    }
  muri_request_set_parameter (changes, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (meant->meant));
  muri_request_set_group (changes, muri_template_get_name (meant->meant));
  submit (meant->window, muri_request_ref (changes));
}

static void
free_meant (gpointer data, GClosure *closure)
{
  meant_free (data);
}

static void
change_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);
  MuriTemplateEditor *window;

  if (!meant)
    return;
  window = muri_template_editor_new (GTK_WINDOW (self), meant);
  g_signal_connect_data (window, "confirmed", G_CALLBACK (on_edited), meant_new (self, meant),
                         free_meant, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static MuriRequest *
request_for_nodes (MuriTemplate *meant, guint verb, GPtrArray *nodes)
{
  MuriRequest *request = muri_request_new (verb);

  for (guint i = 0; i < nodes->len; i++)
    muri_request_add_node (request, nodes->pdata[i]);
  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE, muri_template_get_id (meant));
  muri_request_set_group (request, muri_template_get_name (meant));
  return request;
}

static void
copy_confirmed (MuriTemplate *meant, GPtrArray *nodes, GPtrArray *clones, gpointer data)
{
  submit (data, request_for_nodes (meant, MURI_VERB_FETCH_TEMPLATE, nodes));
}

static void
copy_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);

  if (meant)
    muri_template_ask_copy (GTK_WINDOW (self), self->fleet, meant, copy_confirmed,
                            g_object_ref (self), g_object_unref);
}

static void
generalise_confirmed (MuriRequest *request, gpointer data)
{
  submit (data, muri_request_ref (request));
}

static void
generalise_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);

  if (meant)
    muri_generalise_ask (GTK_WINDOW (self), meant, generalise_confirmed, g_object_ref (self),
                         g_object_unref);
}

static void
export_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);

  if (meant)
    muri_template_export (GTK_WINDOW (self), self->fleet, meant);
}

/* ---- deletion, perhaps of its clones first ---- */

static void
delete_confirmed (MuriTemplate *meant, GPtrArray *nodes, GPtrArray *clones, gpointer data)
{
  MuriWindow *self = data;
  MuriRequest *request = request_for_nodes (meant, MURI_VERB_DELETE_TEMPLATE, nodes);

  if (clones)
    muri_window_delete_clones (self, clones, meant, request);
  else
    submit (self, request);
}

static void
delete_template (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  MuriTemplate *meant = find (self, parameter);

  if (meant)
    muri_template_ask_delete (GTK_WINDOW (self), self->fleet, meant, delete_confirmed,
                              g_object_ref (self), g_object_unref);
}

void
muri_window_add_templates (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "show-templates", show_templates, NULL, NULL, NULL, { 0 } },
    { "show-template", show_template, "s", NULL, NULL, { 0 } },
    { "new-vms", new_vms, "(ss)", NULL, NULL, { 0 } },
    { "make-template", make_template, "s", NULL, NULL, { 0 } },
    { "import-template", import_template, "s", NULL, NULL, { 0 } },
    { "fetch-template", fetch_template, NULL, NULL, NULL, { 0 } },
    { "change-template", change_template, "s", NULL, NULL, { 0 } },
    { "export-template", export_template, "s", NULL, NULL, { 0 } },
    { "copy-template", copy_template, "s", NULL, NULL, { 0 } },
    { "generalise-template", generalise_template, "s", NULL, NULL, { 0 } },
    { "delete-template", delete_template, "s", NULL, NULL, { 0 } },
    { "rename-template", rename_template, "s", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
