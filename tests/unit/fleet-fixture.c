/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fleet-fixture.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <glib/gstdio.h>

muri_v1_Uuid
fixture_uuid (guint number)
{
  muri_v1_Uuid uuid = { { 0 } };

  memcpy (uuid.b + 12, &number, sizeof number);
  uuid.b[0] = 0x42;
  return uuid;
}

static MuriChange
make_change (MuriTopic topic, gpointer sample)
{
  return (MuriChange){ .topic = topic,
                       .life = MURI_LIFE_ALIVE,
                       .valid = TRUE,
                       .sample = sample,
                       .received = g_get_monotonic_time () };
}

MuriChange
fixture_node (guint node, guint n_vms)
{
  muri_v1_Node *sample = muri_topic_sample_new (MURI_TOPIC_NODE);

  sample->node = fixture_uuid (node);
  sample->presence = MURI_PRESENCE_UP;
  sample->connection = MURI_CONNECTION_UP;
  sample->vms = n_vms;
  g_snprintf (sample->name, sizeof sample->name, "node-%u", node);
  return make_change (MURI_TOPIC_NODE, sample);
}

MuriChange
fixture_host (guint node, guint n_vms)
{
  MuriChange change = fixture_node (node, n_vms);
  muri_v1_Node *sample = change.sample;

  sample->memory = 16 << 20;
  sample->cpus = 8;
  sample->store_size = G_GUINT64_CONSTANT (100) << 30;
  sample->store_available = sample->store_size;
  sample->http_port = (uint16_t)(8000 + node);
  g_strlcpy (sample->store, "muri", sizeof sample->store);
  g_strlcpy (sample->hypervisor, "QEMU", sizeof sample->hypervisor);
  g_strlcpy (sample->uri, "qemu:///system", sizeof sample->uri);
  g_snprintf (sample->address, sizeof sample->address, "10.0.0.%u", node);
  return change;
}

MuriChange
fixture_template (guint node, guint template)
{
  muri_v1_Template *sample = muri_topic_sample_new (MURI_TOPIC_TEMPLATE);

  sample->node = fixture_uuid (node);
  sample->template_id = fixture_uuid (template);
  sample->state = MURI_TEMPLATE_STATE_READY;
  sample->size = G_GUINT64_CONSTANT (10) << 30;
  sample->allocation = G_GUINT64_CONSTANT (1) << 30;
  sample->vcpus = 2;
  sample->memory = 2 << 20;
  sample->percent = MURI_PERCENT_UNKNOWN;
  g_snprintf (sample->name, sizeof sample->name, "template-%u", template);
  g_strlcpy (sample->format, "qcow2", sizeof sample->format);
  return make_change (MURI_TOPIC_TEMPLATE, sample);
}

MuriChange
fixture_vm (guint node, guint vm, guint state)
{
  muri_v1_Vm *sample = muri_topic_sample_new (MURI_TOPIC_VM);

  sample->node = fixture_uuid (node);
  sample->vm = fixture_uuid (vm);
  sample->state = (uint8_t)state;
  g_snprintf (sample->name, sizeof sample->name, "vm-%u", vm);
  return make_change (MURI_TOPIC_VM, sample);
}

static void
fill_vms (muri_v1_Sample *sample, float cpu, guint first_vm, guint n_vms)
{
  gsize size = n_vms * sizeof (muri_v1_VmFigures);

  if (n_vms == 0)
    return;
  sample->vms._buffer = memset (dds_alloc (size), 0, size);
  sample->vms._length = sample->vms._maximum = n_vms;
  sample->vms._release = TRUE;
  for (guint i = 0; i < n_vms; i++)
    {
      sample->vms._buffer[i].vm = fixture_uuid (first_vm + i);
      sample->vms._buffer[i].known = MURI_VM_FIGURE_CPU;
      sample->vms._buffer[i].cpu = cpu;
    }
}

MuriChange
fixture_sample (guint node, float cpu, guint first_vm, guint n_vms)
{
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);

  sample->node = fixture_uuid (node);
  sample->parts = 1;
  sample->period = 1;
  sample->time = g_get_real_time ();
  sample->host._buffer =
      memset (dds_alloc (sizeof (muri_v1_NodeFigures)), 0, sizeof (muri_v1_NodeFigures));
  sample->host._length = sample->host._maximum = 1;
  sample->host._release = TRUE;
  sample->host._buffer[0].known = MURI_NODE_FIGURE_CPU;
  sample->host._buffer[0].cpu = cpu;
  fill_vms (sample, cpu, first_vm, n_vms);
  return make_change (MURI_TOPIC_SAMPLE, sample);
}

MuriChange
fixture_event (guint node, guint64 number, gint64 time)
{
  muri_v1_Event *sample = muri_topic_sample_new (MURI_TOPIC_EVENT);

  sample->node = fixture_uuid (node);
  sample->number = number;
  sample->time = time;
  sample->kind = MURI_EVENT_VM_STARTED;
  return make_change (MURI_TOPIC_EVENT, sample);
}

MuriChange
fixture_report (guint operation, guint node, guint first_vm, guint n_vms, guint state)
{
  muri_v1_Report *sample = muri_topic_sample_new (MURI_TOPIC_REPORT);
  gsize size = n_vms * sizeof (muri_v1_Outcome);

  sample->operation = fixture_uuid (operation);
  sample->node = fixture_uuid (node);
  sample->console = fixture_uuid (999);
  sample->verb = MURI_VERB_SHUTDOWN;
  sample->issued = g_get_real_time ();
  g_strlcpy (sample->issuer, "jiwoo@desk", sizeof sample->issuer);
  sample->outcomes._buffer = memset (dds_alloc (size), 0, size);
  sample->outcomes._length = sample->outcomes._maximum = n_vms;
  sample->outcomes._release = TRUE;
  for (guint i = 0; i < n_vms; i++)
    {
      sample->outcomes._buffer[i].vm = fixture_uuid (first_vm + i);
      sample->outcomes._buffer[i].state = (uint8_t)state;
    }
  return make_change (MURI_TOPIC_REPORT, sample);
}

MuriChange
fixture_with_life (MuriChange change, MuriLife life)
{
  change.life = life;
  change.valid = life == MURI_LIFE_ALIVE;
  return change;
}

void
fixture_fold (MuriFleet *fleet, MuriChange *changes, gsize n)
{
  muri_fleet_fold (fleet, FIXTURE_ZONE, changes, n);
  for (gsize i = 0; i < n; i++)
    muri_topic_sample_free (changes[i].topic, changes[i].sample);
}

void
fixture_fold_one (MuriFleet *fleet, MuriChange change)
{
  fixture_fold (fleet, &change, 1);
}

MuriNode *
fixture_find_node (MuriFleet *fleet, guint node)
{
  muri_v1_Uuid uuid = fixture_uuid (node);
  char text[MURI_UUID_TEXT];

  return muri_fleet_find_node (fleet, muri_uuid_format (&uuid, text));
}

MuriVm *
fixture_find_vm (MuriFleet *fleet, guint node, guint vm)
{
  muri_v1_Uuid node_uuid = fixture_uuid (node);
  muri_v1_Uuid vm_uuid = fixture_uuid (vm);
  char node_text[MURI_UUID_TEXT];
  char vm_text[MURI_UUID_TEXT];
  g_autofree char *id = g_strdup_printf ("%s/%s", muri_uuid_format (&node_uuid, node_text),
                                         muri_uuid_format (&vm_uuid, vm_text));

  return muri_fleet_find_vm (fleet, id);
}

char *
fixture_directory (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("muri-fleet-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

void
fixture_remove_directory (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

gboolean
fixture_wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
fixture_keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

MuriFleet *
fixture_open (const char *data_dir)
{
  g_autofree char *own = data_dir == NULL ? fixture_directory () : NULL;
  MuriFleet *fleet = muri_fleet_new (data_dir != NULL ? data_dir : own);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (own != NULL)
    g_object_set_data_full (G_OBJECT (fleet), "directory", g_strdup (own), g_free);
  muri_fleet_open_async (fleet, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  muri_fleet_open_finish (fleet, result, &error);
  g_assert_no_error (error);
  return fleet;
}

void
fixture_close (MuriFleet *fleet)
{
  g_autofree char *own = g_strdup (g_object_get_data (G_OBJECT (fleet), "directory"));

  muri_fleet_close (fleet);
  g_assert_finalize_object (fleet);
  if (own != NULL)
    fixture_remove_directory (own);
}

MuriOperation *
fixture_ask (MuriFleet *fleet, MuriRequest *request, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  muri_fleet_request_async (fleet, request, NULL, fixture_keep, &result);
  fixture_await (result != NULL);
  return muri_fleet_submit_finish (fleet, result, error);
}

void
fixture_report_all (MuriFleet *fleet, MuriOperation *operation, guint state)
{
  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    {
      MuriTarget *target = muri_operation_peek_target (operation, i);
      MuriChange change = fixture_report (1, 1, 0, 1, state);
      muri_v1_Report *sample = change.sample;

      muri_batch_get_uuid (muri_operation_get_uuid (operation), muri_target_get_batch (target),
                           &sample->operation);
      sample->node = muri_target_get_key (target)->node;
      sample->outcomes._buffer[0].vm = muri_target_get_key (target)->vm;
      fixture_fold_one (fleet, change);
    }
}

static void
on_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *)data)++;
}

guint *
fixture_count (gpointer object, const char *property)
{
  g_autofree char *signal = g_strconcat ("notify::", property, NULL);
  guint *count = g_new0 (guint, 1);

  g_object_set_data_full (object, signal, count, g_free);
  g_signal_connect (object, signal, G_CALLBACK (on_notify), count);
  return count;
}
