/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>

#include "muri-act.h"
#include "muri-ask.h"
#include "muri-counted.h"
#include "muri-format.h"
#include "muri-window-private.h"

#define HOSTS_NAMED 3

void
muri_window_acted (MuriOperation *operation, const char *problem, gpointer user_data)
{
  MuriWindow *self = user_data;

  if (problem && self->fleet)
    muri_window_say (self, problem);
}

static void
mean (MuriWindow *self, MuriIntent *intent)
{
  muri_act (GTK_WINDOW (self), self->fleet, intent, muri_window_acted, g_object_ref (self),
            g_object_unref);
}

/* What is more than power has questions of its own. */
static void
mean_life (MuriWindow *self, guint verb, GPtrArray *vms)
{
  if (verb == MURI_VERB_DELETE)
    muri_window_delete_vms (self, vms);
  else if (verb <= MURI_VERB_SAVE || verb == MURI_VERB_FLATTEN)
    mean (self, muri_intent_new (verb, vms));
}

static void
act (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  g_autoptr (GPtrArray) vms = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GVariantIter) ids = NULL;
  const char *nick, *id;
  guint verb;

  g_variant_get (parameter, "(&sas)", &nick, &ids);
  verb = muri_verb_from_nick (nick);
  while (g_variant_iter_next (ids, "&s", &id))
    {
      MuriVm *vm = muri_fleet_find_vm (self->fleet, id);

      if (vm)
        g_ptr_array_add (vms, g_object_ref (vm));
    }
  if (muri_verb_is_for_vm (verb) && vms->len > 0)
    mean_life (self, verb, vms);
}

/* ---- all VMs of a scope ---- */

static GPtrArray *
items_of (GListModel *model)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    g_ptr_array_add (items, g_list_model_get_item (model, i));
  return items;
}

static void
collect_nodes (MuriGroup *group, GPtrArray *nodes)
{
  GListModel *own = muri_group_get_nodes (group);
  GListModel *below = muri_group_get_groups (group);

  for (guint i = 0; i < g_list_model_get_n_items (own); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (own, i);

      if (!g_ptr_array_find (nodes, node, NULL))
        g_ptr_array_add (nodes, node); /* the fleet holds it */
    }
  for (guint i = 0; i < g_list_model_get_n_items (below); i++)
    {
      g_autoptr (MuriGroup) child = g_list_model_get_item (below, i);

      collect_nodes (child, nodes);
    }
}

static char *
name_hosts (GPtrArray *nodes)
{
  GString *text;

  if (nodes->len > HOSTS_NAMED)
    return muri_counted (ngettext ("its %u host", "its %u hosts", nodes->len), nodes->len);
  text = g_string_new (NULL);
  for (guint i = 0; i < nodes->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? C_ ("list separator", ", ") : "",
                            muri_node_get_name (nodes->pdata[i]));
  return g_string_free (text, FALSE);
}

/* A group's verbs mean its VMs; those of the hosts in it are asked about apart. */
static void
add_hosts (MuriIntent *intent, MuriGroup *group)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  collect_nodes (group, nodes);
  intent->host_vms = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < nodes->len; i++)
    {
      g_autoptr (GPtrArray) vms = items_of (muri_node_get_vms (nodes->pdata[i]));

      for (guint j = 0; j < vms->len; j++)
        if (!muri_group_has_vm (group, vms->pdata[j]))
          g_ptr_array_add (intent->host_vms, g_object_ref (vms->pdata[j]));
    }
  intent->hosts = name_hosts (nodes);
}

static void
act_scope (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *nick, *id;
  g_autoptr (MuriScope) scope = NULL;
  g_autoptr (GPtrArray) vms = NULL;
  MuriIntent *intent;
  guint verb;

  g_variant_get (parameter, "(&s&s)", &nick, &id);
  verb = muri_verb_from_nick (nick);
  scope = muri_scope_new_from_id (self->fleet, id);
  if (!scope || verb == MURI_VERB_NONE || verb > MURI_VERB_SAVE)
    return;
  vms = items_of (muri_scope_get_vms (scope));
  intent = muri_intent_new (verb, vms);
  if (muri_scope_get_group (scope))
    {
      MuriGroup *group = muri_scope_get_group (scope);

      intent->group = g_strdup (muri_group_get_path (group));
      intent->order_group = g_strdup (muri_group_get_path (group));
      add_hosts (intent, group);
    }
  else
    intent->group = g_strdup (muri_scope_get_title (scope));
  mean (self, intent);
}

/* ---- servers themselves ---- */

typedef struct
{
  MuriWindow *window;
  MuriRequest *request;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *asking = data;

  g_object_unref (asking->window);
  muri_request_unref (asking->request);
  g_free (asking);
}

static void
on_yes (gpointer data)
{
  Asking *asking = data;

  muri_act_submit (asking->window->fleet, muri_request_ref (asking->request), muri_window_acted,
                   g_object_ref (asking->window), g_object_unref);
}

static void
ask_for_server (MuriWindow *self, MuriNode *node, guint verb)
{
  guint n = muri_node_get_n_running (node);
  const char *name = muri_node_get_name (node);
  g_autofree char *what = muri_format_verb_name (verb, name);
  g_autofree char *heading = g_strdup_printf (_ ("%s?"), what);
  g_autofree char *body = NULL;
  Asking *asking = g_new0 (Asking, 1);

  asking->window = g_object_ref (self);
  asking->request = muri_request_new (verb);
  muri_request_add_node (asking->request, node);
  if (verb == MURI_VERB_HOST_REBOOT)
    body = muri_counted (ngettext ("The server itself restarts. Its %u running VM stops with "
                                   "it, and comes back only if it starts with its host.",
                                   "The server itself restarts. Its %u running VMs stop with "
                                   "it, and come back only if they start with their host.",
                                   n),
                         n);
  else
    body = muri_counted (ngettext ("The server itself is turned off. Its %u running VM stops "
                                   "with it, and nobody reaches it until it is woken up.",
                                   "The server itself is turned off. Its %u running VMs stop "
                                   "with it, and nobody reaches it until it is woken up.",
                                   n),
                         n);
  muri_ask_typed (GTK_WINDOW (self), heading, body, muri_format_verb (verb), name, on_yes, asking,
                  asking_free);
}

/* One in the same zone, which may be on its network: only there a magic packet is heard. */
static MuriNode *
find_neighbour (MuriWindow *self, MuriNode *node)
{
  GListModel *nodes = muri_fleet_get_nodes (self->fleet);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) other = g_list_model_get_item (nodes, i);

      if (other != node && muri_node_get_zone (other) == muri_node_get_zone (node)
          && muri_node_is_reachable (other) && muri_node_supports (other, MURI_VERB_WAKE))
        return other; /* the fleet holds it */
    }
  return NULL;
}

static void
wake (MuriWindow *self, MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);
  MuriNode *neighbour = find_neighbour (self, node);
  g_autofree char *problem = NULL;

  if (!neighbour)
    {
      problem = g_strdup_printf (_ ("No other host near %s is up to wake it."),
                                 muri_node_get_name (node));
      muri_window_say (self, problem);
      return;
    }
  for (guint i = 0; i < facts->macs._length; i++)
    {
      MuriRequest *request = muri_request_new (MURI_VERB_WAKE);

      muri_request_add_node (request, neighbour);
      muri_request_set_parameter (request, MURI_PARAMETER_MAC, facts->macs._buffer[i]);
      muri_request_set_group (request, muri_node_get_name (node));
      muri_act_submit (self->fleet, request, muri_window_acted, g_object_ref (self),
                       g_object_unref);
    }
}

static void
explain_unsupported (MuriWindow *self, MuriNode *node, guint verb)
{
  g_autofree char *what = muri_format_verb_name (verb, muri_node_get_name (node));
  /* Translators: what was asked for: "Shut Down Server seoul-1" */
  g_autofree char *heading = g_strdup_printf (_ ("%s: Not Allowed"), what);
  g_autofree char *body = NULL;

  if (verb == MURI_VERB_HOST_SHUTDOWN || verb == MURI_VERB_HOST_REBOOT)
    /* Translators: the name of a host; the rest is written in a file as it is here */
    body = g_strdup_printf (_ ("The configuration of the agent on %s does not allow it. Whoever "
                               "looks after that server can set allow-power=true in the section "
                               "[host] of muri-agent.conf there and restart the agent."),
                            muri_node_get_name (node));
  else
    body = g_strdup_printf (_ ("The hypervisor or the agent of %s cannot do this."),
                            muri_node_get_name (node));
  muri_tell (GTK_WINDOW (self), heading, body);
}

static void
act_node (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  MuriWindow *self = user_data;
  const char *nick, *id;
  MuriNode *node;
  MuriRequest *request;
  guint verb;

  g_variant_get (parameter, "(&s&s)", &nick, &id);
  verb = muri_verb_from_nick (nick);
  node = muri_fleet_find_node (self->fleet, id);
  if (!node || !muri_verb_is_for_node (verb))
    return;
  if (verb == MURI_VERB_WAKE)
    {
      wake (self, node);
      return;
    }
  if (muri_node_is_reachable (node) && !muri_node_supports (node, verb))
    {
      explain_unsupported (self, node, verb);
      return;
    }
  if (verb == MURI_VERB_HOST_SHUTDOWN || verb == MURI_VERB_HOST_REBOOT)
    {
      ask_for_server (self, node, verb);
      return;
    }
  request = muri_request_new (verb);
  muri_request_add_node (request, node);
  muri_act_submit (self->fleet, request, muri_window_acted, g_object_ref (self), g_object_unref);
}

static MuriIntent *
intent_of (MuriRequest *request)
{
  MuriIntent *intent =
      muri_intent_new (muri_request_get_verb (request), muri_request_get_vms (request));

  intent->group = g_strdup (muri_request_get_group (request));
  intent->order_group = g_strdup (muri_request_get_order_group (request));
  intent->parent = g_strdup (muri_request_get_parent (request));
  intent->pacing = *muri_request_get_pacing (request);
  return intent;
}

void
muri_window_ask_request (MuriWindow *self, MuriRequest *request)
{
  guint verb = muri_request_get_verb (request);
  GPtrArray *nodes = muri_request_get_nodes (request);

  if (verb <= MURI_VERB_SAVE)
    mean (self, intent_of (request));
  else if (verb == MURI_VERB_DELETE)
    muri_window_delete_vms (self, muri_request_get_vms (request));
  else if (verb == MURI_VERB_HOST_SHUTDOWN || verb == MURI_VERB_HOST_REBOOT)
    for (guint i = 0; i < nodes->len; i++)
      ask_for_server (self, nodes->pdata[i], verb);
  else
    {
      muri_act_submit (self->fleet, request, muri_window_acted, g_object_ref (self),
                       g_object_unref);
      return;
    }
  muri_request_unref (request);
}

void
muri_window_add_acts (MuriWindow *self)
{
  static const GActionEntry entries[] = {
    { "act", act, "(sas)", NULL, NULL, { 0 } },
    { "act-scope", act_scope, "(ss)", NULL, NULL, { 0 } },
    { "act-node", act_node, "(ss)", NULL, NULL, { 0 } },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
