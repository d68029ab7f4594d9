/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-clone-form.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-group-path.h"
#include "muri-host-picks.h"

/* So many names are told before the last one. */
#define NAMES_SHOWN 3
#define SSH_KEY_MAX 1023

/* ---- where ---- */

static void
add_nodes (GPtrArray *nodes, GListModel *model)
{
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (model, i);

      if (!g_ptr_array_find (nodes, node, NULL))
        g_ptr_array_add (nodes, g_steal_pointer (&node));
    }
}

static void
add_nodes_of_group (GPtrArray *nodes, MuriGroup *group)
{
  GListModel *below = muri_group_get_groups (group);

  add_nodes (nodes, muri_group_get_nodes (group));
  for (guint i = 0; i < g_list_model_get_n_items (below); i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (below, i);

      add_nodes_of_group (nodes, child);
    }
}

static void
add_groups (MuriTickPicker *picker, GListModel *groups, gboolean with_hosts)
{
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (MuriGroup) group = g_list_model_get_item (groups, i);
      g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_object_unref);
      g_autofree char *id = g_strconcat ("group:", muri_group_get_path (group), NULL);
      g_autofree char *detail = NULL;

      add_nodes_of_group (nodes, group);
      if (with_hosts)
        detail = g_strdup_printf (ngettext ("%u host", "%u hosts", nodes->len), nodes->len);
      if (!with_hosts || nodes->len > 0)
        muri_tick_picker_add (picker, id, "muri-group-symbolic", muri_group_get_path (group),
                              detail, NULL);
      add_groups (picker, muri_group_get_groups (group), with_hosts);
    }
}

void
muri_clone_form_fill_places (MuriTickPicker *picker, MuriFleet *fleet)
{
  g_autoptr (GPtrArray) nodes = muri_host_picks_dup_nodes (fleet);

  add_groups (picker, muri_groups_get_roots (muri_fleet_get_groups (fleet)), TRUE);
  for (guint i = 0; i < nodes->len; i++)
    {
      MuriNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *id = g_strconcat ("node:", muri_node_get_id (node), NULL);
      g_autofree char *status = muri_format_node_status (node);

      muri_tick_picker_add (picker, id, "muri-host-symbolic", muri_node_get_name (node), status,
                            NULL);
    }
}

static char *
new_group (const char *text)
{
  return muri_group_path_check (text, NULL) ? g_strconcat ("group:", text, NULL) : NULL;
}

void
muri_clone_form_fill_groups (MuriTickPicker *picker, MuriFleet *fleet)
{
  muri_tick_picker_set_up (picker, _ ("None"), FALSE, new_group);
  add_groups (picker, muri_groups_get_roots (muri_fleet_get_groups (fleet)), FALSE);
}

GPtrArray *
muri_clone_form_get_nodes (MuriTickPicker *picker, MuriFleet *fleet)
{
  g_autoptr (GPtrArray) ids = muri_tick_picker_get_chosen (picker);
  GPtrArray *nodes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = strchr (ids->pdata[i], ':') + 1;
      gboolean host = g_str_has_prefix (ids->pdata[i], "node:");
      MuriNode *node = host ? muri_fleet_find_node (fleet, id) : NULL;
      MuriGroup *group = host ? NULL : muri_groups_find (muri_fleet_get_groups (fleet), id);

      if (node && !g_ptr_array_find (nodes, node, NULL))
        g_ptr_array_add (nodes, g_object_ref (node));
      if (group)
        add_nodes_of_group (nodes, group);
    }
  if (ids->len == 0)
    add_nodes (nodes, muri_fleet_get_nodes (fleet));
  return nodes;
}

char *
muri_clone_form_get_groups (MuriTickPicker *picker)
{
  g_autoptr (GPtrArray) ids = muri_tick_picker_get_chosen (picker);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", strchr (ids->pdata[i], ':') + 1);
  return g_string_free (text, ids->len == 0);
}

char **
muri_clone_form_list_networks (MuriFleet *fleet)
{
  GListModel *vms = muri_fleet_get_vms (fleet);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GList) keys = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);
      const MuriVmFacts *facts = muri_vm_get_facts (vm);

      for (guint j = 0; j < facts->n_nics; j++)
        if (facts->nics[j].network[0])
          g_hash_table_add (seen, g_strdup (facts->nics[j].network));
    }
  keys = g_list_sort (g_hash_table_get_keys (seen), (GCompareFunc)strcmp);
  for (GList *key = keys; key; key = key->next)
    g_strv_builder_add (builder, key->data);
  return g_strv_builder_end (builder);
}

/* ---- names ---- */

char *
muri_clone_form_suggest_pattern (const char *template_name)
{
  GString *name = g_string_new (NULL);

  for (const char *c = template_name; *c; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (name, g_ascii_tolower (*c));
    else if (name->len > 0 && name->str[name->len - 1] != '-')
      g_string_append_c (name, '-');
  while (name->len > 0 && name->str[name->len - 1] == '-')
    g_string_truncate (name, name->len - 1);
  if (name->len == 0)
    g_string_append (name, "vm");
  g_string_append (name, "-{001}");
  return g_string_free (name, FALSE);
}

const char *
muri_clone_form_name_problem (MuriNameProblem problem)
{
  switch (problem)
    {
    case MURI_NAME_EMPTY:
      return _ ("They need names. “web-{001}” numbers them from 001 on.");
    case MURI_NAME_TOO_LONG:
      return _ ("These names are too long.");
    case MURI_NAME_CHARACTER:
      return _ ("A name has no slashes or line breaks.");
    case MURI_NAME_SPACE:
      return _ ("A name does not begin or end with a blank.");
    case MURI_NAME_DOTS:
      return _ ("A name is not only dots.");
    case MURI_NAME_TAKEN:
      return _ ("A VM of this fleet has this name already.");
    case MURI_NAME_BRACES:
      return _ ("Between the braces stands the first number: “web-{001}”.");
    case MURI_NAME_SEVERAL:
      return _ ("There can be only one number in braces.");
    case MURI_NAME_OK:
    default:
      return NULL;
    }
}

char *
muri_clone_form_describe_names (const char *const *names)
{
  guint n = g_strv_length ((char **)names);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (i == NAMES_SHOWN && n > NAMES_SHOWN + 1)
        {
          g_string_append (text, " … ");
          i = n - 1;
        }
      else if (i > 0)
        g_string_append (text, C_ ("list separator", ", "));
      g_string_append (text, names[i]);
    }
  return g_string_free (text, FALSE);
}

/* ---- warnings ---- */

static void
append (GString *text, const char *line)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

static void
append_identity (GString *text, MuriTemplate *template)
{
  const char *note = muri_template_get_generalised_note (template);
  guint generalised = muri_template_get_generalised (template);

  if (generalised == MURI_GENERALISED_NO)
    append (text, _ ("The template is not generalised: all of these share its machine ID."));
  if (generalised != MURI_GENERALISED_UNKNOWN)
    return;
  append (text, _ ("Whether the template is generalised is not known: these may share its machine "
                   "ID."));
  if (*note)
    g_string_append_printf (text, " (%s)", note);
}

char *
muri_clone_form_warn (const MuriPlacementWish *wish, gboolean seed, char *const *names)
{
  const muri_v1_Template *facts = muri_template_get_facts (wish->template);
  GString *text = g_string_new (NULL);

  append_identity (text, wish->template);
  if (muri_placement_wish_is_small (wish))
    append (text, _ ("This is less memory than the template says that it needs."));
  if (seed && names && names[0] && !muri_name_is_host_name (names[0]))
    append (text, _ ("These names are no host names: the guests are called by names that fit."));
  if (wish->disk > 0 && wish->disk < facts->size)
    append (text, _ ("A disk cannot become smaller than the template's."));
  return g_string_free (text, text->len == 0);
}

gboolean
muri_clone_form_is_ssh_key (const char *key)
{
  g_autofree char *text = g_strstrip (g_strdup (key));
  g_auto (GStrv) parts = g_strsplit (text, " ", 3);

  if (!*text)
    return TRUE;
  return strlen (text) <= SSH_KEY_MAX && !strchr (text, '\n') && g_strv_length (parts) >= 2
         && (g_str_has_prefix (parts[0], "ssh-") || g_str_has_prefix (parts[0], "ecdsa-")
             || g_str_has_prefix (parts[0], "sk-"))
         && strlen (parts[1]) >= 16;
}
