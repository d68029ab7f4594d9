/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-check.h"
#include "muri-interfaces.h"
#include "muri-receive-buffer.h"
#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-words.h"
#include "muri-zone-settings.h"

#include <math.h>
#include <string.h>

static void
test_uuid (void)
{
  const char *text = "6695eb01-f6a4-8304-79aa-97f2502e193f";
  char again[MURI_UUID_TEXT];
  muri_v1_Uuid a, b;

  g_assert_true (muri_uuid_parse (text, &a));
  g_assert_cmpstr (muri_uuid_format (&a, again), ==, text);
  g_assert_true (muri_uuid_parse ("6695EB01-F6A4-8304-79AA-97F2502E193F", &b));
  g_assert_true (muri_uuid_equal (&a, &b));
  g_assert_cmpuint (muri_uuid_hash (&a), ==, muri_uuid_hash (&b));

  g_assert_false (muri_uuid_parse (NULL, &b));
  g_assert_false (muri_uuid_parse ("", &b));
  g_assert_false (muri_uuid_parse ("6695eb01f6a4830479aa97f2502e193f", &b));
  g_assert_false (muri_uuid_parse ("6695eb01-f6a4-8304-79aa-97f2502e193g", &b));
  g_assert_true (muri_uuid_equal (&a, &b));

  muri_uuid_generate (&b);
  g_assert_false (muri_uuid_equal (&a, &b));
  g_assert_false (muri_uuid_is_zero (&b));
  memset (&b, 0, sizeof b);
  g_assert_true (muri_uuid_is_zero (&b));
}

static void
test_words (void)
{
  for (guint verb = MURI_VERB_POWER_ON; verb <= MURI_VERB_SAVE; verb++)
    g_assert_cmpuint (muri_verb_from_nick (muri_verb_to_nick (verb)), ==, verb);
  for (guint verb = MURI_VERB_JOIN_GROUP; verb <= MURI_VERB_GENERALISE_TEMPLATE; verb++)
    if (muri_verb_to_nick (verb) != NULL)
      g_assert_cmpuint (muri_verb_from_nick (muri_verb_to_nick (verb)), ==, verb);
  g_assert_null (muri_verb_to_nick (MURI_VERB_MAKE_TEMPLATE + 1));
  g_assert_null (muri_verb_to_nick (60000));
  g_assert_true (muri_verb_is_for_vm (MURI_VERB_JOIN_GROUP));
  g_assert_true (muri_verb_is_for_node (MURI_VERB_JOIN_GROUP));
  g_assert_false (muri_verb_is_for_node (MURI_VERB_GUARD));
  g_assert_false (muri_verb_is_for_node (MURI_VERB_SAVE));
  g_assert_true (muri_verb_is_for_node (MURI_VERB_WAKE));
  g_assert_false (muri_verb_is_for_vm (MURI_VERB_WAKE));
  g_assert_false (muri_verb_is_for_vm (60000) || muri_verb_is_for_node (60000));
  g_assert_true (muri_verb_is_guarded (MURI_VERB_SAVE));
  g_assert_true (muri_verb_is_guarded (MURI_VERB_DELETE));
  g_assert_true (muri_verb_is_for_vm (MURI_VERB_CLONE));
  g_assert_false (muri_verb_is_for_vm (MURI_VERB_FETCH_TEMPLATE));
  g_assert_true (muri_verb_is_for_node (MURI_VERB_FETCH_TEMPLATE));
  g_assert_false (muri_verb_is_guarded (MURI_VERB_POWER_ON));
  g_assert_false (muri_verb_is_guarded (MURI_VERB_LEAVE_GROUP));
  g_assert_cmpuint (muri_verb_from_nick ("explode"), ==, MURI_VERB_NONE);
  g_assert_cmpuint (muri_verb_from_nick (NULL), ==, MURI_VERB_NONE);

  g_assert_false (muri_outcome_is_final (MURI_OUTCOME_RUNNING));
  g_assert_true (muri_outcome_is_final (MURI_OUTCOME_DONE));
  g_assert_true (muri_outcome_is_final (200));
  g_assert_false (muri_outcome_is_success (200));
  g_assert_cmpstr (muri_outcome_to_nick (200), ==, "unknown");
  g_assert_cmpstr (muri_vm_state_to_nick (200), ==, "unknown");
}

static void
test_settings (void)
{
  g_autoptr (MuriZoneSettings) settings = muri_zone_settings_new (7, "lo", MURI_ROLE_AGENT);
  g_autoptr (GError) error = NULL;
  const char *peers[] = { "host.example", "10.0.0.1", NULL };
  const char *bad[] = { "a\"/><Evil", NULL };

  g_assert_true (muri_zone_settings_check (settings, &error));
  g_assert_no_error (error);

  settings->zone = MURI_ZONE_MAX + 1;
  g_assert_false (muri_zone_settings_check (settings, &error));
  g_assert_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_ZONE);
  g_clear_error (&error);
  settings->zone = 7;

  settings->peers = g_strdupv ((char **)peers);
  g_assert_true (muri_zone_settings_check (settings, &error));
  g_strfreev (settings->peers);
  settings->peers = g_strdupv ((char **)bad);
  g_assert_false (muri_zone_settings_check (settings, &error));
  g_assert_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_PEER);
  g_clear_error (&error);
  g_clear_pointer (&settings->peers, g_strfreev);

  g_free (settings->interface);
  settings->interface = g_strdup ("nosuch0");
  g_assert_false (muri_zone_settings_check (settings, &error));
  g_assert_error (error, MURI_ZONE_SETTINGS_ERROR, MURI_ZONE_SETTINGS_ERROR_INTERFACE);
  g_assert_nonnull (strstr (error->message, "nosuch0"));
  g_assert_nonnull (strstr (error->message, "lo"));
}

/* ---- what is refused ------------------------------------------------------------------- */

typedef void (*Spoil) (gpointer sample);

static void
zero_node (gpointer sample)
{
  memset (sample, 0, sizeof (muri_v1_Uuid));
}

static muri_v1_Sample *
good_sample (void)
{
  muri_v1_Sample *sample = muri_topic_sample_new (MURI_TOPIC_SAMPLE);

  muri_uuid_generate (&sample->node);
  sample->parts = 1;
  sample->period = 1;
  sample->time = g_get_real_time ();
  sample->host._buffer = dds_alloc (sizeof (muri_v1_NodeFigures));
  memset (sample->host._buffer, 0, sizeof (muri_v1_NodeFigures));
  sample->host._length = sample->host._maximum = 1;
  sample->host._release = true;
  sample->vms._buffer = dds_alloc (2 * sizeof (muri_v1_VmFigures));
  memset (sample->vms._buffer, 0, 2 * sizeof (muri_v1_VmFigures));
  sample->vms._length = sample->vms._maximum = 2;
  sample->vms._release = true;
  for (guint i = 0; i < 2; i++)
    muri_uuid_generate (&sample->vms._buffer[i].vm);
  return sample;
}

#define SPOIL(name, type, statement)                                                               \
  static void name (gpointer data)                                                                 \
  {                                                                                                \
    type *s = data;                                                                                \
    statement;                                                                                     \
  }

SPOIL (sample_nan, muri_v1_Sample, s->vms._buffer[1].cpu = NAN)
SPOIL (sample_infinite, muri_v1_Sample, s->vms._buffer[0].net_rx = INFINITY)
SPOIL (sample_negative, muri_v1_Sample, s->vms._buffer[0].disk_read = -1)
SPOIL (sample_share, muri_v1_Sample, s->host._buffer[0].cpu = 1000)
SPOIL (sample_load, muri_v1_Sample, s->host._buffer[0].load1 = NAN)
SPOIL (sample_memory, muri_v1_Sample, s->host._buffer[0].memory = G_MAXUINT64)
SPOIL (sample_part, muri_v1_Sample, s->part = 1)
SPOIL (sample_parts, muri_v1_Sample, s->parts = 0)
SPOIL (sample_time, muri_v1_Sample, s->time = G_MAXINT64)
SPOIL (sample_past, muri_v1_Sample, s->time = -1)
SPOIL (sample_period, muri_v1_Sample, s->period = NAN)
SPOIL (sample_vm, muri_v1_Sample, memset (&s->vms._buffer[1].vm, 0, 16))

static void
test_check_sample (void)
{
  const Spoil spoils[] = { zero_node,    sample_nan,  sample_infinite, sample_negative,
                           sample_share, sample_load, sample_memory,   sample_part,
                           sample_parts, sample_time, sample_past,     sample_period,
                           sample_vm };

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      muri_v1_Sample *sample = good_sample ();

      g_assert_null (muri_check_sample (sample));
      spoils[i](sample);
      g_assert_nonnull (muri_check_sample (sample));
      muri_topic_sample_free (MURI_TOPIC_SAMPLE, sample);
    }
}

static muri_v1_Operation *
good_operation (guint n_targets)
{
  muri_v1_Operation *operation = muri_topic_sample_new (MURI_TOPIC_OPERATION);
  muri_v1_NodeTargets *targets;

  muri_uuid_generate (&operation->operation);
  muri_uuid_generate (&operation->console);
  operation->verb = MURI_VERB_PAUSE;
  operation->issued = g_get_real_time ();
  operation->deadline = operation->issued + G_TIME_SPAN_MINUTE;
  operation->targets._buffer = targets = dds_alloc (sizeof *targets);
  operation->targets._length = operation->targets._maximum = 1;
  operation->targets._release = true;
  memset (targets, 0, sizeof *targets);
  muri_uuid_generate (&targets->node);
  targets->vms._buffer = dds_alloc (MAX (n_targets, 1) * sizeof (muri_v1_Uuid));
  targets->vms._length = targets->vms._maximum = n_targets;
  targets->vms._release = true;
  memset (targets->vms._buffer, 1, n_targets * sizeof (muri_v1_Uuid));
  return operation;
}

SPOIL (operation_console, muri_v1_Operation, memset (&s->console, 0, 16))
SPOIL (operation_text, muri_v1_Operation, g_strlcpy (s->issuer, "\xff\xfe", sizeof s->issuer))
SPOIL (operation_deadline, muri_v1_Operation, s->deadline = s->issued - 1)
SPOIL (operation_forever, muri_v1_Operation, s->deadline = s->issued + 2 * MURI_OPERATION_LIFE_MAX)
SPOIL (operation_issued, muri_v1_Operation, s->issued = 0)
SPOIL (operation_nobody, muri_v1_Operation, s->targets._buffer[0].vms._length = 0)
SPOIL (operation_nil, muri_v1_Operation, memset (&s->targets._buffer[0].vms._buffer[0], 0, 16))
SPOIL (operation_node, muri_v1_Operation, memset (&s->targets._buffer[0].node, 0, 16))

static void
test_check_operation (void)
{
  const Spoil spoils[] = { zero_node,          operation_console, operation_text,
                           operation_deadline, operation_forever, operation_issued,
                           operation_nobody,   operation_nil,     operation_node };
  muri_v1_Operation *operation;

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      operation = good_operation (3);
      g_assert_null (muri_check_operation (operation));
      spoils[i](operation);
      g_assert_nonnull (muri_check_operation (operation));
      operation->targets._buffer[0].vms._length = 3;
      muri_topic_sample_free (MURI_TOPIC_OPERATION, operation);
    }

  operation = good_operation (MURI_OPERATION_TARGETS_MAX);
  g_assert_null (muri_check_operation (operation));
  muri_topic_sample_free (MURI_TOPIC_OPERATION, operation);
  operation = good_operation (65536);
  g_assert_cmpstr (muri_check_operation (operation), ==, "too many targets");
  muri_topic_sample_free (MURI_TOPIC_OPERATION, operation);
}

SPOIL (vm_name, muri_v1_Vm, s->name[0] = '\0')
SPOIL (vm_text, muri_v1_Vm, g_strlcpy (s->title, "\xc3", sizeof s->title))
SPOIL (vm_cpus, muri_v1_Vm, s->vcpus = G_MAXUINT32)
SPOIL (vm_memory, muri_v1_Vm, s->memory_max = G_MAXUINT64)
SPOIL (vm_since, muri_v1_Vm, s->since = G_MININT64)
SPOIL (vm_uuid, muri_v1_Vm, memset (&s->vm, 0, 16))

static void
test_check_vm (void)
{
  const Spoil spoils[] = { zero_node, vm_name, vm_text, vm_cpus, vm_memory, vm_since, vm_uuid };

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++)
    {
      muri_v1_Vm *vm = muri_topic_sample_new (MURI_TOPIC_VM);

      muri_uuid_generate (&vm->node);
      muri_uuid_generate (&vm->vm);
      g_strlcpy (vm->name, "web-001", sizeof vm->name);
      vm->state = 250; /* a state of a newer version is kept */
      g_assert_null (muri_check_vm (vm));
      spoils[i](vm);
      g_assert_nonnull (muri_check_vm (vm));
      muri_topic_sample_free (MURI_TOPIC_VM, vm);
    }
}

/* The parts of 20 VMs keep within one RTPS fragment of 1,344 bytes. */
static void
test_sample_size (void)
{
  g_assert_cmpuint (sizeof (muri_v1_VmFigures), ==, 56);
}

/* ---- the receive buffer ---- */

static guint64
read_number (const char *text, const char *key)
{
  const char *line = strstr (text, key);

  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (key), NULL, 10);
}

/* What the kernel gives is what its limit says, and the file that ships asks for enough. */
static void
test_receive_buffer (void)
{
  g_autofree char *limit = NULL;
  g_autofree char *path =
      g_build_filename (g_getenv ("MURI_SOURCE_ROOT"), "data", "60-muri.conf", NULL);
  g_autofree char *file = NULL;

  g_assert_true (g_file_get_contents ("/proc/sys/net/core/rmem_max", &limit, NULL, NULL));
  g_assert_cmpuint (muri_receive_buffer_probe (), ==,
                    MIN (read_number (limit, ""), MURI_RECEIVE_BUFFER));
  g_assert_true (g_file_get_contents (path, &file, NULL, NULL));
  g_assert_cmpuint (read_number (file, "\nnet.core.rmem_max = "), >=, MURI_RECEIVE_BUFFER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/idl/uuid", test_uuid);
  g_test_add_func ("/idl/words", test_words);
  g_test_add_func ("/idl/zone-settings", test_settings);
  g_test_add_func ("/idl/check/sample", test_check_sample);
  g_test_add_func ("/idl/check/operation", test_check_operation);
  g_test_add_func ("/idl/check/vm", test_check_vm);
  g_test_add_func ("/idl/sample-size", test_sample_size);
  g_test_add_func ("/idl/receive-buffer", test_receive_buffer);
  return g_test_run ();
}
