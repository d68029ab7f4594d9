/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-fixture.h"

#include <string.h>

#define MASK(topic) MURI_TOPIC_MASK (MURI_TOPIC_##topic)

static void
free_node (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_NODE, sample);
}

static void
free_vm (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_VM, sample);
}

static void
free_report (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_REPORT, sample);
}

static void
free_event (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_EVENT, sample);
}

static void
free_template (gpointer sample)
{
  muri_topic_sample_free (MURI_TOPIC_TEMPLATE, sample);
}

const muri_v1_Template *
fixture_template (Fixture *fixture, const muri_v1_Uuid *node, const muri_v1_Uuid *id)
{
  for (guint i = 0; i < fixture->templates->len; i++)
    {
      const muri_v1_Template *template = fixture->templates->pdata[i];
      if (muri_uuid_equal (&template->node, node) && muri_uuid_equal (&template->template_id, id))
        return template;
    }
  return NULL;
}

static void
take_template (Fixture *fixture, MuriChange *change)
{
  const muri_v1_Template *key = change->sample;
  const muri_v1_Template *known = fixture_template (fixture, &key->node, &key->template_id);
  gpointer sample;
  if (known != NULL && (change->valid || change->life == MURI_LIFE_DISPOSED))
    g_ptr_array_remove_fast (fixture->templates, (gpointer)known);
  if (!change->valid || change->life == MURI_LIFE_DISPOSED)
    return;
  muri_change_steal_sample (change, &sample);
  g_ptr_array_add (fixture->templates, sample);
}

static void
on_batch (MuriZone *zone, MuriChange *changes, gsize n_changes, gpointer user_data)
{
  Fixture *fixture = user_data;
  for (gsize i = 0; i < n_changes; i++)
    {
      gpointer sample;
      if (changes[i].topic == MURI_TOPIC_TEMPLATE)
        {
          take_template (fixture, &changes[i]);
          continue;
        }
      if (!changes[i].valid)
        continue;
      muri_change_steal_sample (&changes[i], &sample);
      if (changes[i].topic == MURI_TOPIC_NODE)
        g_hash_table_replace (fixture->nodes, &((muri_v1_Node *)sample)->node, sample);
      else if (changes[i].topic == MURI_TOPIC_VM)
        g_hash_table_replace (fixture->vms, &((muri_v1_Vm *)sample)->vm, sample);
      else if (changes[i].topic == MURI_TOPIC_EVENT)
        g_ptr_array_add (fixture->events, sample);
      else
        {
          muri_v1_Report *report = sample;
          guint n = GPOINTER_TO_UINT (g_hash_table_lookup (fixture->received, &report->operation));
          g_hash_table_replace (fixture->reports, &report->operation, report);
          g_hash_table_replace (fixture->received,
                                g_memdup2 (&report->operation, sizeof report->operation),
                                GUINT_TO_POINTER (n + 1));
        }
    }
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->nodes = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, free_node);
  fixture->vms = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, free_vm);
  fixture->reports = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, NULL, free_report);
  fixture->received = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free, NULL);
  fixture->events = g_ptr_array_new_with_free_func (free_event);
  fixture->templates = g_ptr_array_new_with_free_func (free_template);
  muri_uuid_generate (&fixture->console);

  g_autoptr (MuriZoneSettings) settings =
      muri_zone_settings_new (muri_test_zone (), "lo", MURI_ROLE_CONSOLE);
  fixture->bus = muri_bus_new (NULL, 4);
  fixture->zone =
      muri_zone_open (fixture->bus, settings,
                      MASK (NODE) | MASK (VM) | MASK (REPORT) | MASK (EVENT) | MASK (TEMPLATE),
                      MASK (OPERATION), on_batch, fixture, &error);
  g_assert_no_error (error);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  muri_zone_close (fixture->zone);
  g_object_unref (fixture->zone);
  g_object_unref (fixture->bus);
  g_hash_table_unref (fixture->received);
  g_hash_table_unref (fixture->nodes);
  g_hash_table_unref (fixture->vms);
  g_hash_table_unref (fixture->reports);
  g_ptr_array_unref (fixture->events);
  g_ptr_array_unref (fixture->templates);
}

muri_v1_Uuid
fixture_vm (guint index)
{
  muri_v1_Uuid vm = { .b = { 0xfa, 0xce, 0, 0, 0, 0, 0x40, 0, 0x80 } };
  vm.b[14] = (index + 1) >> 8;
  vm.b[15] = (index + 1) & 0xff;
  return vm;
}

char *
fixture_node_file (const char *states)
{
  g_autoptr (GString) xml = g_string_new ("<node>\n");
  g_autofree char *path = g_build_filename (muri_test_directory ("node"), "node.xml", NULL);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; states[i] != '\0'; i++)
    {
      muri_v1_Uuid vm = fixture_vm (i);
      char uuid[MURI_UUID_TEXT];
      g_string_append_printf (
          xml,
          "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
          "<name>vm-%u</name><uuid>%s</uuid><memory>65536</memory><vcpu>1</vcpu>"
          "<os><type>hvm</type></os><test:runstate>%d</test:runstate></domain>\n",
          i, muri_uuid_format (&vm, uuid),
          states[i] == 'r'   ? 1
          : states[i] == 'p' ? 3
                             : 5);
    }
  g_string_append (xml, "</node>\n");
  g_file_set_contents (path, xml->str, -1, &error);
  g_assert_no_error (error);
  return g_strconcat ("test://", path, NULL);
}

static const muri_v1_Node *
find_node (Fixture *fixture, const char *name)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, fixture->nodes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const muri_v1_Node *node = value;
      if (strcmp (node->name, name) == 0 && node->connection == MURI_CONNECTION_UP
          && node->presence == MURI_PRESENCE_UP)
        return node;
    }
  return NULL;
}

muri_v1_Uuid
fixture_await_node (Fixture *fixture, const char *name)
{
  const muri_v1_Node *node = NULL;
  fixture_await ((node = find_node (fixture, name)) != NULL);
  return node->node;
}

muri_v1_Operation *
fixture_operation (Fixture *fixture, guint verb, gint64 seconds)
{
  muri_v1_Operation *operation = muri_topic_sample_new (MURI_TOPIC_OPERATION);
  muri_uuid_generate (&operation->operation);
  operation->console = fixture->console;
  g_strlcpy (operation->issuer, "operator.test", sizeof operation->issuer);
  g_strlcpy (operation->group, "test", sizeof operation->group);
  operation->verb = verb;
  operation->issued = g_get_real_time ();
  if (seconds >= FIXTURE_ENOUGH)
    seconds = MAX (seconds, FIXTURE_LIFE);
  operation->deadline = operation->issued + seconds * G_TIME_SPAN_SECOND;
  return operation;
}

/* @vm NULL: the node itself. */
void
fixture_add_target (muri_v1_Operation *operation, const muri_v1_Uuid *node, const muri_v1_Uuid *vm)
{
  dds_sequence_muri_v1_NodeTargets *list = &operation->targets;
  muri_v1_NodeTargets *targets = NULL;
  for (guint i = 0; i < list->_length && targets == NULL; i++)
    if (muri_uuid_equal (&list->_buffer[i].node, node))
      targets = &list->_buffer[i];
  if (targets == NULL)
    {
      list->_buffer = dds_realloc (list->_buffer, (list->_length + 1) * sizeof *targets);
      list->_maximum = ++list->_length;
      list->_release = true;
      targets = &list->_buffer[list->_length - 1];
      *targets = (muri_v1_NodeTargets){ .node = *node };
    }
  if (vm == NULL)
    {
      targets->itself = true;
      return;
    }
  targets->vms._buffer =
      dds_realloc (targets->vms._buffer, (targets->vms._length + 1) * sizeof *vm);
  targets->vms._maximum = ++targets->vms._length;
  targets->vms._release = true;
  targets->vms._buffer[targets->vms._length - 1] = *vm;
}

void
fixture_add_parameter (muri_v1_Operation *operation, const char *name, const char *value)
{
  dds_sequence_muri_v1_Parameter *list = &operation->parameters;
  muri_v1_Parameter *parameter;
  list->_buffer = dds_realloc (list->_buffer, (list->_length + 1) * sizeof *parameter);
  list->_maximum = ++list->_length;
  list->_release = true;
  parameter = &list->_buffer[list->_length - 1];
  g_strlcpy (parameter->name, name, sizeof parameter->name);
  g_strlcpy (parameter->value, value, sizeof parameter->value);
}

void
fixture_add_argument (muri_v1_Operation *operation, const muri_v1_Uuid *node,
                      const muri_v1_Uuid *vm, const char *text)
{
  dds_sequence_muri_v1_Argument *list = &operation->arguments;
  muri_v1_Argument *argument;
  list->_buffer = dds_realloc (list->_buffer, (list->_length + 1) * sizeof *argument);
  list->_maximum = ++list->_length;
  list->_release = true;
  argument = &list->_buffer[list->_length - 1];
  *argument = (muri_v1_Argument){ .node = *node, .vm = *vm };
  g_strlcpy (argument->text, text, sizeof argument->text);
}

void
fixture_set_document (muri_v1_Operation *operation, const char *text)
{
  gsize length = strlen (text);
  operation->document._buffer = dds_alloc (length);
  memcpy (operation->document._buffer, text, length);
  operation->document._length = operation->document._maximum = length;
  operation->document._release = true;
}

muri_v1_Operation *
fixture_operation_copy (const muri_v1_Operation *operation)
{
  muri_v1_Operation *copy = muri_topic_sample_new (MURI_TOPIC_OPERATION);
  *copy = *operation;
  copy->targets = (dds_sequence_muri_v1_NodeTargets){ 0 };
  copy->parameters = (dds_sequence_muri_v1_Parameter){ 0 };
  copy->signature = (dds_sequence_octet){ 0 };
  copy->arguments = (dds_sequence_muri_v1_Argument){ 0 };
  copy->document = (dds_sequence_octet){ 0 };
  for (guint i = 0; i < operation->arguments._length; i++)
    fixture_add_argument (copy, &operation->arguments._buffer[i].node,
                          &operation->arguments._buffer[i].vm,
                          operation->arguments._buffer[i].text);
  if (operation->document._length > 0)
    {
      g_autofree char *text =
          g_strndup ((const char *)operation->document._buffer, operation->document._length);
      fixture_set_document (copy, text);
    }
  for (guint i = 0; i < operation->parameters._length; i++)
    fixture_add_parameter (copy, operation->parameters._buffer[i].name,
                           operation->parameters._buffer[i].value);
  for (guint i = 0; i < operation->targets._length; i++)
    {
      const muri_v1_NodeTargets *targets = &operation->targets._buffer[i];
      if (targets->itself)
        fixture_add_target (copy, &targets->node, NULL);
      for (guint j = 0; j < targets->vms._length; j++)
        fixture_add_target (copy, &targets->node, &targets->vms._buffer[j]);
    }
  return copy;
}

void
fixture_publish (Fixture *fixture, const muri_v1_Operation *operation)
{
  muri_zone_publish (fixture->zone, MURI_TOPIC_OPERATION, fixture_operation_copy (operation));
}

const muri_v1_Report *
fixture_report (Fixture *fixture, const muri_v1_Operation *operation)
{
  return g_hash_table_lookup (fixture->reports, &operation->operation);
}

const muri_v1_Report *
fixture_await_complete (Fixture *fixture, const muri_v1_Operation *operation)
{
  const muri_v1_Report *report = NULL;
  fixture_await ((report = fixture_report (fixture, operation)) != NULL && report->complete);
  return report;
}

const muri_v1_Outcome *
fixture_outcome (const muri_v1_Report *report, const muri_v1_Uuid *vm)
{
  for (guint i = 0; i < report->outcomes._length; i++)
    if (muri_uuid_equal (&report->outcomes._buffer[i].vm, vm))
      return &report->outcomes._buffer[i];
  return NULL;
}

guint
fixture_vm_state (Fixture *fixture, const muri_v1_Uuid *vm)
{
  const muri_v1_Vm *known = g_hash_table_lookup (fixture->vms, vm);
  return known != NULL ? known->state : MURI_VM_STATE_UNKNOWN;
}

guint
fixture_count_events (Fixture *fixture, guint kind, const muri_v1_Uuid *vm)
{
  guint n = 0;
  for (guint i = 0; i < fixture->events->len; i++)
    {
      const muri_v1_Event *event = fixture->events->pdata[i];
      n += event->kind == kind && (vm == NULL || muri_uuid_equal (&event->vm, vm));
    }
  return n;
}
