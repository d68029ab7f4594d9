/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure-clone IMAGE SIZE URI…: clones of a template by operations, from the wish to the last
 * outcome in the console's model, with an agent on each URI. Beside it the bare libvirt calls, by
 * one client that does nothing else, and qemu-img. */
#include <glib/gstdio.h>
#include <libvirt/libvirt.h>
#include <unistd.h>

#include "agent-template.h"
#include "measure.h"
#include "muri-name-pattern.h"
#include "muri-placement.h"
#include "muri-test-fleet.h"
#include "muri-uuid.h"

#define ROUNDS 20
#define COPIES 5
#define HUNDRED 100
#define SECONDS 120

#define MACHINE_HEAD "<domain type='qemu'>"
#define MACHINE                                                                                    \
  "<memory unit='KiB'>65536</memory><vcpu>1</vcpu>"                                                \
  "<os><type arch='x86_64' machine='q35'>hvm</type></os><devices>"                                 \
  "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>%s"                           \
  "<target dev='vda' bus='virtio'/></disk></devices></domain>"

typedef struct
{
  const char *image;
  guint64 size;
  const char *uri; /* of the first agent */
  guint n_agents;
  MuriTestAgent **agents;
  MuriNode **nodes;
  muri_v1_Uuid id;
  MuriFleet *fleet;
  MuriTemplate *template;
  char *held; /* the image in the first agent's pool */
} Bench;

/* ---- what there is ---- */

static void
run (const char *program, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  const char *argument;
  va_list list;

  g_ptr_array_add (arguments, (gpointer)program);
  va_start (list, program);
  while ((argument = va_arg (list, const char *)) != NULL)
    g_ptr_array_add (arguments, (gpointer)argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);
  process =
      g_subprocess_newv ((const char *const *)arguments->pdata, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static void
put_template (Bench *bench, MuriTestAgent *agent)
{
  const char *state_dir = muri_test_agent_get_state_dir (agent);
  g_autofree char *images = g_build_filename (state_dir, "images", NULL);
  g_autofree char *templates = g_build_filename (state_dir, "templates", NULL);
  g_autoptr (AgentTemplate) template = agent_template_new (&bench->id, MURI_TEMPLATE_STATE_READY);
  char id[MURI_UUID_TEXT];
  g_autofree char *volume = g_strdup_printf ("muri-%s.qcow2", muri_uuid_format (&bench->id, id));
  g_autofree char *path = g_build_filename (images, volume, NULL);
  g_autofree char *machine = g_strdup_printf (MACHINE_HEAD MACHINE, "");
  g_autoptr (GError) error = NULL;
  GStatBuf found;

  g_mkdir_with_parents (images, 0755);
  g_mkdir_with_parents (templates, 0700);
  run ("cp", "--sparse=always", bench->image, path, NULL);
  g_assert_cmpint (g_stat (path, &found), ==, 0);
  agent_template_set (&template->name, "measured");
  agent_template_set (&template->format, "qcow2");
  agent_template_set (&template->pool, "muri");
  agent_template_set (&template->volume, volume);
  agent_template_set (&template->path, path);
  agent_template_set (&template->xml, machine);
  template->size = bench->size;
  template->allocation = (guint64)found.st_blocks * 512;
  template->vcpus = 1;
  template->memory = 65536;
  template->created = g_get_real_time ();
  g_assert_true (agent_template_save (template, templates, &error));
  g_assert_no_error (error);
  if (bench->held == NULL)
    bench->held = g_steal_pointer (&path);
}

static guint
count_ready (Bench *bench)
{
  char id[MURI_UUID_TEXT];

  bench->template = muri_fleet_find_template (bench->fleet, muri_uuid_format (&bench->id, id));
  return bench->template != NULL ? muri_template_get_n_ready (bench->template) : 0;
}

static void
begin (Bench *bench, char **uris)
{
  bench->n_agents = g_strv_length (uris);
  bench->uri = uris[0];
  bench->agents = g_new0 (MuriTestAgent *, bench->n_agents);
  bench->nodes = g_new0 (MuriNode *, bench->n_agents);
  muri_uuid_generate (&bench->id);
  bench->fleet = muri_test_fleet_new (muri_test_directory ("console"));
  for (guint i = 0; i < bench->n_agents; i++)
    {
      g_autofree char *name = g_strdup_printf ("host-%u", i + 1);

      bench->agents[i] = muri_test_agent_spawn (name, uris[i], NULL);
      muri_test_agent_kill9 (bench->agents[i]);
      put_template (bench, bench->agents[i]);
      muri_test_agent_restart (bench->agents[i]);
      bench->nodes[i] = muri_test_await_node (bench->fleet, name, SECONDS);
    }
  muri_test_await (count_ready (bench) == bench->n_agents, SECONDS);
}

static void
end (Bench *bench)
{
  muri_test_fleet_free (bench->fleet);
  for (guint i = 0; i < bench->n_agents; i++)
    muri_test_agent_free (bench->agents[i]);
  g_free (bench->agents);
  g_free (bench->nodes);
  g_free (bench->held);
}

/* ---- by operations ---- */

/* Milliseconds. */
static double
ask (Bench *bench, MuriRequest *request)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MuriOperation) operation = NULL;
  gint64 start = g_get_monotonic_time ();
  double took;

  muri_fleet_request_async (bench->fleet, request, NULL, muri_test_keep_result, &result);
  muri_test_await (result != NULL, SECONDS);
  operation = muri_fleet_submit_finish (bench->fleet, result, &error);
  g_assert_no_error (error);
  muri_test_await_finished (operation, SECONDS);
  took = (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
  if (muri_operation_get_n_done (operation) != muri_operation_get_n_targets (operation))
    {
      g_autoptr (MuriTarget) target = g_list_model_get_item (G_LIST_MODEL (operation), 0);

      g_error ("%u of %u: %s", muri_operation_get_n_done (operation),
               muri_operation_get_n_targets (operation), muri_target_get_message (target));
    }
  return took;
}

static MuriRequest *
request_clone (Bench *bench, gboolean linked)
{
  MuriRequest *request = muri_request_new (MURI_VERB_CLONE);

  muri_request_set_parameter (request, MURI_PARAMETER_TEMPLATE,
                              muri_template_get_id (bench->template));
  muri_request_set_parameter (request, MURI_PARAMETER_LINKED, linked ? "1" : NULL);
  return request;
}

static double
by_operation (Bench *bench, const char *name, gboolean linked)
{
  g_autoptr (MuriRequest) request = request_clone (bench, linked);

  muri_request_add_creation (request, bench->nodes[0], name);
  return ask (bench, request);
}

static double
hundred (Bench *bench)
{
  g_autoptr (MuriRequest) request = request_clone (bench, TRUE);
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  g_auto (GStrv) names = muri_name_pattern_expand ("web-{001}", HUNDRED, NULL, NULL);
  g_autoptr (MuriPlacement) placement = NULL;
  MuriPlacementWish wish;

  for (guint i = 0; i < bench->n_agents; i++)
    g_ptr_array_add (nodes, bench->nodes[i]);
  muri_placement_wish_init (&wish, bench->template);
  wish.count = HUNDRED;
  wish.start = FALSE;
  placement = muri_placement_new (bench->fleet, nodes, &wish);
  g_assert_cmpuint (placement->n_placed, ==, HUNDRED);
  muri_placement_set_names (placement, (const char *const *)names);
  muri_placement_add_to (placement, request);
  return ask (bench, request);
}

/* ---- the yardsticks ---- */

static double
by_bare_calls (Bench *bench, virConnectPtr connection, virStoragePoolPtr pool, guint round)
{
  g_autofree char *volume_xml = g_strdup_printf (
      "<volume><name>bare-%u.qcow2</name><capacity>%" G_GUINT64_FORMAT "</capacity>"
      "<target><format type='qcow2'/></target><backingStore><path>%s</path>"
      "<format type='qcow2'/></backingStore></volume>",
      round, bench->size, bench->held);
  g_autofree char *source = NULL;
  g_autofree char *domain_xml = NULL;
  gint64 start = g_get_monotonic_time ();
  virStorageVolPtr volume = virStorageVolCreateXML (pool, volume_xml, 0);
  virDomainPtr domain;
  double took;

  g_assert_nonnull (volume);
  source = g_strdup_printf ("<source file='%s'/>", virStorageVolGetKey (volume));
  domain_xml = g_strdup_printf (MACHINE_HEAD "<name>bare-%u</name>" MACHINE, round, source);
  domain = virDomainDefineXML (connection, domain_xml);
  g_assert_nonnull (domain);
  took = (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
  virDomainFree (domain);
  virStorageVolFree (volume);
  return took;
}

/* As it comes, in memory only; or as a clone is when it is told to be done, on disk. */
static double
by_qemu_img (Bench *bench, gboolean on_disk)
{
  g_autofree char *copy = g_strconcat (bench->held, ".copy", NULL);
  gint64 start = g_get_monotonic_time ();
  double took;

  run ("qemu-img", "convert", "-f", "qcow2", "-O", "qcow2", bench->held, copy, NULL);
  if (on_disk)
    run ("sync", "-d", copy, NULL);
  took = (double)(g_get_monotonic_time () - start) / G_TIME_SPAN_MILLISECOND;
  g_unlink (copy);
  return took;
}

/* ---- figures ---- */

static void
measure_linked (Bench *bench)
{
  virConnectPtr connection = virConnectOpen (bench->uri);
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, "muri");
  g_autoptr (GArray) ours = measure_new ();
  g_autoptr (GArray) bare = measure_new ();

  g_assert_nonnull (pool);
  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autofree char *name = g_strdup_printf ("ours-%u", i);

      measure_add (bare, by_bare_calls (bench, connection, pool, i));
      measure_add (ours, by_operation (bench, name, TRUE));
    }
  measure_print ("linked", measure_quantile (ours, 0.5));
  measure_print ("bare", measure_quantile (bare, 0.5));
  virStoragePoolFree (pool);
  virConnectClose (connection);
}

static void
measure_full (Bench *bench)
{
  g_autoptr (GArray) ours = measure_new ();
  g_autoptr (GArray) theirs = measure_new ();
  g_autoptr (GArray) synced = measure_new ();

  for (guint i = 0; i < COPIES; i++)
    {
      g_autofree char *name = g_strdup_printf ("full-%u", i);

      /* The first one after a clone pays for what the clone left to be done: to be written, and
       * to be looked at by agent and libvirt. */
      sync ();
      by_qemu_img (bench, FALSE);
      measure_add (theirs, by_qemu_img (bench, FALSE));
      measure_add (synced, by_qemu_img (bench, TRUE));
      measure_add (ours, by_operation (bench, name, FALSE));
    }
  measure_print ("full", measure_quantile (ours, 0.5));
  measure_print ("convert", measure_quantile (theirs, 0.5));
  measure_print ("convert-synced", measure_quantile (synced, 0.5));
}

int
main (int argc, char **argv)
{
  Bench bench = { NULL };

  muri_test_init (&argc, &argv);
  g_assert_cmpint (argc, >, 3);
  bench.image = argv[1];
  bench.size = g_ascii_strtoull (argv[2], NULL, 10);
  begin (&bench, argv + 3);
  measure_linked (&bench);
  measure_full (&bench);
  measure_print ("hundred", hundred (&bench));
  end (&bench);
  return muri_test_run ();
}
