/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A console without a window: prints what the fleet library knows, one JSON object a line, as it
 * changes; and submits an operation if it is asked to. */

#include "muri-fleet-private.h"
#include "muri-memberships.h"

#include <glib-unix.h>
#include <math.h>
#include <stdio.h>

typedef struct
{
  /* options */
  char *data_dir;
  char *interface;
  int zone;
  char **peers;
  int lease;
  char *submit;
  gboolean all;
  char **names;
  char **node_names;
  char **parameters;
  char *group;
  int wait_nodes;
  int wait_vms;
  int timeout;
  int batch;
  int delay;
  double seconds;
  gboolean once;
  gboolean figures;
  gboolean quiet;
  char *kill_after;

  /* state */
  GMainLoop *loop;
  MuriFleet *fleet;
  guint verb;
  gboolean submitted;
  gint64 submitted_at;
  int status;
} Watch;

static Watch watch = { .interface = NULL, .zone = 0, .wait_nodes = 0, .wait_vms = 1 };

/* ---- lines ---- */

static void
append_string (GString *line, const char *value)
{
  g_string_append_c (line, '"');
  for (const char *c = value; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (line, "\\%c", *c);
    else if ((guchar)*c < 0x20)
      g_string_append_printf (line, "\\u%04x", (guint)*c);
    else
      g_string_append_c (line, *c);
  g_string_append_c (line, '"');
}

static void
put_string (GString *line, const char *name, const char *value)
{
  g_string_append_printf (line, ",\"%s\":", name);
  if (value == NULL)
    g_string_append (line, "null");
  else
    append_string (line, value);
}

static void
put_number (GString *line, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (value))
    g_string_append_printf (line, ",\"%s\":null", name);
  else
    g_string_append_printf (line, ",\"%s\":%s", name,
                            g_ascii_formatd (text, sizeof text, "%.6g", value));
}

static void
put_int (GString *line, const char *name, gint64 value)
{
  g_string_append_printf (line, ",\"%s\":%" G_GINT64_FORMAT, name, value);
}

/* The paths of the groups that it says it is in. */
static void
put_groups (GString *line, gpointer object)
{
  g_autoptr (MuriMemberships) memberships = muri_memberships_of (object);

  g_string_append (line, ",\"groups\":[");
  for (guint i = 0; i < memberships->places->len; i++)
    {
      if (i > 0)
        g_string_append_c (line, ',');
      append_string (line, g_array_index (memberships->places, MuriPlace, i).group);
    }
  g_string_append_c (line, ']');
}

static GString *
begin (const char *what)
{
  GString *line = g_string_new ("{\"time\":");

  g_string_append_printf (line, "%" G_GINT64_FORMAT, g_get_real_time ());
  put_string (line, "what", what);
  return line;
}

static void
end (GString *line)
{
  if (!watch.quiet)
    {
      g_string_append (line, "}\n");
      fputs (line->str, stdout);
      fflush (stdout);
    }
  g_string_free (line, TRUE);
}

static const char *
node_state_nick (MuriNodeState state)
{
  static const char *const nicks[] = { "up", "stale", "unreachable", "stopped", "hypervisor-down" };

  return nicks[state];
}

static const char *
target_state_nick (guint state)
{
  switch (state)
    {
    case MURI_TARGET_STORED:
      return "stored";
    case MURI_TARGET_SENT:
      return "sent";
    case MURI_TARGET_UNREACHABLE:
      return "unreachable";
    default:
      return muri_outcome_to_nick (state);
    }
}

static void
print_node (MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);
  GString *line = begin ("node");

  put_string (line, "id", muri_node_get_id (node));
  put_string (line, "name", muri_node_get_name (node));
  put_string (line, "state", node_state_nick (muri_node_get_state (node)));
  put_int (line, "zone", muri_node_get_zone (node));
  put_int (line, "heard", muri_node_get_heard (node));
  put_int (line, "vms", muri_node_get_n_vms (node));
  put_int (line, "running", muri_node_get_n_running (node));
  put_int (line, "published_vms", facts->vms);
  put_string (line, "hypervisor", facts->hypervisor);
  put_string (line, "uri", facts->uri);
  put_string (line, "connection_error", facts->connection_error);
  put_int (line, "simulated", facts->simulated);
  put_int (line, "skew", muri_node_get_clock_skew (node));
  put_groups (line, node);
  put_number (line, "cpu", muri_node_get_figure (node, MURI_FIGURE_CPU));
  put_number (line, "memory", muri_node_get_figure (node, MURI_FIGURE_MEMORY));
  put_number (line, "load1", muri_node_get_figure (node, MURI_FIGURE_LOAD1));
  put_number (line, "net_rx", muri_node_get_figure (node, MURI_FIGURE_NET_RX));
  put_number (line, "disk_write", muri_node_get_figure (node, MURI_FIGURE_DISK_WRITE));
  end (line);
}

static void
print_vm (MuriVm *vm)
{
  GString *line = begin ("vm");

  put_string (line, "id", muri_vm_get_id (vm));
  put_string (line, "name", muri_vm_get_name (vm));
  put_string (line, "node", muri_node_get_name (muri_vm_get_node (vm)));
  put_string (line, "state", muri_vm_state_to_nick (muri_vm_get_state (vm)));
  put_int (line, "known", muri_vm_is_known (vm));
  put_string (line, "address", muri_vm_get_address (vm));
  put_string (line, "pending", muri_verb_to_nick (muri_vm_get_pending (vm)));
  put_groups (line, vm);
  put_int (line, "guarded", muri_vm_get_facts (vm)->guarded);
  put_number (line, "cpu", muri_vm_get_figure (vm, MURI_FIGURE_CPU));
  put_number (line, "memory", muri_vm_get_figure (vm, MURI_FIGURE_MEMORY));
  put_number (line, "disk_read", muri_vm_get_figure (vm, MURI_FIGURE_DISK_READ));
  put_number (line, "disk_write", muri_vm_get_figure (vm, MURI_FIGURE_DISK_WRITE));
  put_number (line, "disk_latency", muri_vm_get_figure (vm, MURI_FIGURE_DISK_LATENCY));
  put_number (line, "net_rx", muri_vm_get_figure (vm, MURI_FIGURE_NET_RX));
  put_number (line, "net_tx", muri_vm_get_figure (vm, MURI_FIGURE_NET_TX));
  end (line);
}

static void
print_event (MuriEvent *event)
{
  GString *line = begin ("event");

  put_int (line, "at", muri_event_get_time (event));
  put_int (line, "kind", muri_event_get_kind (event));
  put_int (line, "severity", muri_event_get_severity (event));
  put_string (line, "node", muri_event_get_node_name (event));
  put_string (line, "vm", muri_event_get_vm_name (event));
  put_string (line, "detail", muri_event_get_detail (event));
  end (line);
}

static void
print_operation (MuriOperation *operation)
{
  GString *line = begin ("operation");

  put_string (line, "id", muri_operation_get_id (operation));
  put_string (line, "verb", muri_verb_to_nick (muri_operation_get_verb (operation)));
  put_string (line, "issuer", muri_operation_get_issuer (operation));
  put_int (line, "own", muri_operation_is_own (operation));
  put_int (line, "finished", muri_operation_is_finished (operation));
  put_int (line, "targets", muri_operation_get_n_targets (operation));
  put_int (line, "done", muri_operation_get_n_done (operation));
  put_int (line, "failed", muri_operation_get_n_failed (operation));
  put_int (line, "unreachable", muri_operation_get_n_unreachable (operation));
  put_int (line, "cancelled", muri_operation_get_n_cancelled (operation));
  put_int (line, "open", muri_operation_get_n_open (operation));
  end (line);
}

static void
print_target (MuriTarget *target)
{
  GString *line = begin ("target");

  put_string (line, "vm", muri_target_get_name (target));
  put_string (line, "node", muri_target_get_node_name (target));
  put_string (line, "state", target_state_nick (muri_target_get_state (target)));
  put_string (line, "message", muri_target_get_message (target));
  end (line);
}

static void
quit (int status)
{
  watch.status = status;
  g_main_loop_quit (watch.loop);
}

/* ---- submitting ---- */

static gboolean
is_among (char **names, const char *name)
{
  return names != NULL && g_strv_contains ((const char *const *)names, name);
}

static void
on_submitted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriOperation) operation =
      muri_fleet_submit_finish (MURI_FLEET (source), result, &error);

  if (operation == NULL)
    {
      g_printerr ("muri-watch: %s\n", error->message);
      quit (1);
    }
  else if (g_strcmp0 (watch.kill_after, "submit") == 0)
    raise (SIGKILL);
}

static void
add_targets (MuriRequest *request)
{
  GListModel *vms = muri_fleet_get_vms (watch.fleet);
  GListModel *nodes = muri_fleet_get_nodes (watch.fleet);

  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      if (watch.all || is_among (watch.names, muri_vm_get_name (vm)))
        muri_request_add_vm (request, vm);
    }
  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      if (is_among (watch.node_names, muri_node_get_name (node)))
        muri_request_add_node (request, node);
    }
}

static void
set_parameters (MuriRequest *request)
{
  for (guint i = 0; watch.parameters != NULL && watch.parameters[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (watch.parameters[i], "=", 2);

      muri_request_set_parameter (request, parts[0], parts[1]);
    }
}

static void
submit (void)
{
  g_autoptr (MuriRequest) request = muri_request_new (watch.verb);
  const MuriPacing pacing = { .batch = (guint)watch.batch, .delay = (guint)watch.delay };

  watch.submitted = TRUE;
  watch.submitted_at = g_get_monotonic_time ();
  add_targets (request);
  set_parameters (request);
  muri_request_set_group (request, watch.group != NULL ? watch.group : "muri-watch");
  muri_request_set_timeout (request, (guint)watch.timeout);
  muri_request_set_pacing (request, &pacing, NULL);
  muri_fleet_request_async (watch.fleet, request, NULL, on_submitted, NULL);
}

static gboolean
everybody_is_there (void)
{
  GListModel *nodes = muri_fleet_get_nodes (watch.fleet);
  guint n_nodes = 0;
  guint n_vms = 0;

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      /* Until it has told of all that it has. */
      if (!muri_node_is_reachable (node)
          || muri_node_get_n_vms (node) < muri_node_get_facts (node)->vms)
        continue;
      n_nodes++;
      n_vms += muri_node_get_n_vms (node);
    }
  return n_nodes >= (guint)watch.wait_nodes && n_vms >= (guint)watch.wait_vms;
}

static void
print_all (void)
{
  GListModel *nodes = muri_fleet_get_nodes (watch.fleet);
  GListModel *vms = muri_fleet_get_vms (watch.fleet);

  for (guint i = 0; i < g_list_model_get_n_items (nodes); i++)
    {
      g_autoptr (MuriNode) node = g_list_model_get_item (nodes, i);

      print_node (node);
    }
  for (guint i = 0; i < g_list_model_get_n_items (vms); i++)
    {
      g_autoptr (MuriVm) vm = g_list_model_get_item (vms, i);

      print_vm (vm);
    }
}

static gboolean
on_check (gpointer data)
{
  if (!everybody_is_there ())
    return G_SOURCE_CONTINUE;
  if (watch.verb != MURI_VERB_NONE && !watch.submitted)
    submit ();
  if (watch.once)
    {
      print_all ();
      quit (0);
    }
  return watch.once || watch.submitted ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* ---- what changes ---- */

static void
on_finished (MuriFleet *fleet, MuriOperation *operation, gpointer data)
{
  GString *line;

  if (!watch.submitted)
    return;

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    print_target (muri_operation_peek_target (operation, i));
  print_operation (operation);
  line = begin ("finished");
  put_number (line, "seconds", (g_get_monotonic_time () - watch.submitted_at) / 1e6);
  end (line);
  if (!watch.once && watch.seconds == 0)
    quit (muri_operation_get_n_done (operation) == muri_operation_get_n_targets (operation) ? 0
                                                                                            : 3);
}

static void
on_notice (MuriFleet *fleet, const char *text, gpointer data)
{
  GString *line = begin ("notice");

  put_string (line, "text", text);
  end (line);
}

static void
on_node_changed (MuriNode *node, GParamSpec *pspec, gpointer data)
{
  if (watch.figures || (strcmp (pspec->name, "figures") != 0 && strcmp (pspec->name, "heard") != 0))
    print_node (node);
}

static void
on_vm_changed (MuriVm *vm, GParamSpec *pspec, gpointer data)
{
  if (watch.figures || strcmp (pspec->name, "figures") != 0)
    print_vm (vm);
}

static void
on_operation_changed (MuriOperation *operation, GParamSpec *pspec, gpointer data)
{
  guint n = muri_operation_get_n_targets (operation);

  print_operation (operation);
  if (!watch.submitted || g_strcmp0 (watch.kill_after, "report") != 0)
    return;
  for (guint i = 0; i < n; i++)
    if (muri_target_get_state (muri_operation_peek_target (operation, i)) < MURI_TARGET_STORED)
      raise (SIGKILL);
}

static void
on_added (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  if (removed > 0)
    {
      GString *line = begin ("removed");

      put_string (line, "from", g_type_name (g_list_model_get_item_type (model)));
      put_int (line, "n", removed);
      end (line);
    }

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (MURI_IS_NODE (item))
        {
          print_node (MURI_NODE (item));
          g_signal_connect (item, "notify", G_CALLBACK (on_node_changed), NULL);
        }
      else if (MURI_IS_VM (item))
        {
          print_vm (MURI_VM (item));
          g_signal_connect (item, "notify", G_CALLBACK (on_vm_changed), NULL);
        }
      else if (MURI_IS_EVENT (item))
        print_event (MURI_EVENT (item));
      else
        {
          print_operation (MURI_OPERATION (item));
          g_signal_connect (item, "notify::progress", G_CALLBACK (on_operation_changed), NULL);
        }
    }
}

static void
follow (GListModel *model)
{
  if (!watch.once)
    g_signal_connect (model, "items-changed", G_CALLBACK (on_added), NULL);
}

/* ---- the program ---- */

static void
on_joined (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!muri_fleet_join_finish (MURI_FLEET (source), result, &error))
    {
      g_printerr ("muri-watch: %s\n", error->message);
      quit (1);
    }
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint zone = (guint)watch.zone;

  if (!muri_fleet_open_finish (watch.fleet, result, &error))
    {
      g_printerr ("muri-watch: %s\n", error->message);
      quit (1);
      return;
    }

  muri_fleet_set_lease (watch.fleet, (guint)watch.lease);
  muri_fleet_join_async (watch.fleet, watch.interface != NULL ? watch.interface : "lo", &zone, 1,
                         (const char *const *)watch.peers, NULL, on_joined, NULL);
}

static gboolean
on_time (gpointer data)
{
  quit (watch.once || watch.verb != MURI_VERB_NONE ? 4 : 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_signal (gpointer data)
{
  quit (0);
  return G_SOURCE_CONTINUE;
}

static const GOptionEntry options[] = {
  { "data-dir", 'd', 0, G_OPTION_ARG_FILENAME, &watch.data_dir,
    "Where the store is (default: a temporary one)", "DIR" },
  { "interface", 'i', 0, G_OPTION_ARG_STRING, &watch.interface, "Network interface (lo)", "NAME" },
  { "zone", 'z', 0, G_OPTION_ARG_INT, &watch.zone, "Zone (0)", "N" },
  { "peer", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &watch.peers, "An agent's host", "HOST" },
  { "lease", 0, 0, G_OPTION_ARG_INT, &watch.lease, "Seconds of a peer's silence (10)", "N" },
  { "wait-nodes", 0, 0, G_OPTION_ARG_INT, &watch.wait_nodes, "Act when so many are there", "N" },
  { "wait-vms", 0, 0, G_OPTION_ARG_INT, &watch.wait_vms, "Act when so many are there (1)", "N" },
  { "once", '1', 0, G_OPTION_ARG_NONE, &watch.once, "Print all when they are there, and end",
    NULL },
  { "submit", 0, 0, G_OPTION_ARG_STRING, &watch.submit,
    "Submit an operation and end when it is finished", "VERB" },
  { "all", 'a', 0, G_OPTION_ARG_NONE, &watch.all, "It is for all VMs", NULL },
  { "vm", 0, 0, G_OPTION_ARG_STRING_ARRAY, &watch.names, "It is for VMs of that name", "NAME" },
  { "node", 0, 0, G_OPTION_ARG_STRING_ARRAY, &watch.node_names, "It is for the host of that name",
    "NAME" },
  { "group", 0, 0, G_OPTION_ARG_STRING, &watch.group, "What it is for, in words", "WORDS" },
  { "parameter", 0, 0, G_OPTION_ARG_STRING_ARRAY, &watch.parameters, "What the verb takes",
    "NAME=VALUE" },
  { "timeout", 't', 0, G_OPTION_ARG_INT, &watch.timeout, "Its deadline, in seconds", "N" },
  { "batch", 0, 0, G_OPTION_ARG_INT, &watch.batch, "So many VMs at a time", "N" },
  { "delay", 0, 0, G_OPTION_ARG_INT, &watch.delay, "Seconds between these", "N" },
  { "kill-after", 0, 0, G_OPTION_ARG_STRING, &watch.kill_after,
    "Die by SIGKILL when it is published, or with the first report on it", "submit|report" },
  { "seconds", 's', 0, G_OPTION_ARG_DOUBLE, &watch.seconds, "End after so long", "N" },
  { "figures", 'f', 0, G_OPTION_ARG_NONE, &watch.figures, "Print when figures change, too", NULL },
  { "quiet", 'q', 0, G_OPTION_ARG_NONE, &watch.quiet, "Print nothing", NULL },
  { NULL },
};

static gboolean
parse (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- print a fleet as it changes");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("muri-watch: %s\n", error->message);
      return FALSE;
    }
  watch.verb = watch.submit != NULL ? muri_verb_from_nick (watch.submit) : MURI_VERB_NONE;
  if (watch.submit != NULL && watch.verb == MURI_VERB_NONE)
    {
      g_printerr ("muri-watch: there is no verb “%s”\n", watch.submit);
      return FALSE;
    }
  for (guint i = 0; watch.parameters != NULL && watch.parameters[i] != NULL; i++)
    if (strchr (watch.parameters[i], '=') == NULL)
      {
        g_printerr ("muri-watch: “%s” is not NAME=VALUE\n", watch.parameters[i]);
        return FALSE;
      }
  return TRUE;
}

int
main (int argc, char **argv)
{
  if (!parse (&argc, &argv))
    return 2;

  if (watch.data_dir == NULL)
    watch.data_dir = g_dir_make_tmp ("muri-watch-XXXXXX", NULL);
  watch.loop = g_main_loop_new (NULL, FALSE);
  watch.fleet = muri_fleet_new (watch.data_dir);
  follow (muri_fleet_get_nodes (watch.fleet));
  follow (muri_fleet_get_vms (watch.fleet));
  follow (muri_fleet_get_operations (watch.fleet));
  follow (muri_fleet_get_events (watch.fleet));
  g_signal_connect (watch.fleet, "operation-finished", G_CALLBACK (on_finished), NULL);
  g_signal_connect (watch.fleet, "notice", G_CALLBACK (on_notice), NULL);
  muri_fleet_open_async (watch.fleet, NULL, on_opened, NULL);

  g_timeout_add (20, on_check, NULL);
  if (watch.seconds > 0)
    g_timeout_add ((guint)(watch.seconds * 1000), on_time, NULL);
  g_unix_signal_add (SIGINT, on_signal, NULL);
  g_unix_signal_add (SIGTERM, on_signal, NULL);
  g_main_loop_run (watch.loop);

  muri_fleet_close (watch.fleet);
  g_object_unref (watch.fleet);
  g_main_loop_unref (watch.loop);
  return watch.status;
}
