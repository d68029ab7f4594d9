/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-operation.h"

#include <string.h>

#include "muri-topics.h"
#include "muri-uuid.h"
#include "muri-words.h"

static void
target_clear (gpointer target)
{
  agent_target_clear (target);
  g_clear_pointer (&((AgentTarget *)target)->argument, g_free);
}

void
agent_target_clear (AgentTarget *target)
{
  g_clear_pointer (&target->message, g_free);
}

void
agent_target_set (AgentTarget *target, const AgentTarget *from)
{
  char *message = g_strdup (from->message);
  char *argument = target->argument;
  g_free (target->message);
  *target = *from;
  target->message = message;
  target->argument = argument;
}

AgentOperation *
agent_operation_new (void)
{
  AgentOperation *operation = g_new0 (AgentOperation, 1);
  operation->targets = g_array_new (FALSE, TRUE, sizeof (AgentTarget));
  g_array_set_clear_func (operation->targets, target_clear);
  operation->parameters =
      g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0));
  return operation;
}

void
agent_operation_free (AgentOperation *operation)
{
  g_free (operation->issuer);
  g_free (operation->group);
  g_variant_unref (operation->parameters);
  g_array_unref (operation->targets);
  g_clear_pointer (&operation->document, g_ref_string_release);
  g_free (operation);
}

AgentOperation *
agent_operation_copy (const AgentOperation *operation)
{
  AgentOperation *copy = g_new (AgentOperation, 1);
  *copy = *operation;
  copy->issuer = g_strdup (operation->issuer);
  copy->group = g_strdup (operation->group);
  copy->parameters = g_variant_ref (operation->parameters);
  copy->targets = g_array_copy (operation->targets);
  g_array_set_clear_func (copy->targets, target_clear);
  if (operation->document != NULL)
    g_ref_string_acquire (copy->document);
  for (guint i = 0; i < copy->targets->len; i++)
    {
      AgentTarget *target = agent_operation_target (copy, i);
      target->message = g_strdup (target->message);
      target->argument = g_strdup (target->argument);
    }
  return copy;
}

static void
add_target (AgentOperation *operation, GHashTable *seen, const muri_v1_Uuid *vm)
{
  guint position = operation->targets->len + 1;
  if (g_hash_table_contains (seen, vm))
    return;
  g_hash_table_insert (seen, (gpointer)vm, GUINT_TO_POINTER (position));
  AgentTarget target = { .vm = *vm, .state = MURI_OUTCOME_QUEUED };
  g_array_append_val (operation->targets, target);
}

/* Of a target that is given two, the first counts. */
static void
add_arguments (AgentOperation *operation, GHashTable *positions, const muri_v1_Operation *sample,
               const muri_v1_Uuid *node)
{
  for (guint i = 0; i < sample->arguments._length; i++)
    {
      const muri_v1_Argument *argument = &sample->arguments._buffer[i];
      guint position = muri_uuid_equal (&argument->node, node)
                           ? GPOINTER_TO_UINT (g_hash_table_lookup (positions, &argument->vm))
                           : 0;
      if (position > 0 && agent_operation_target (operation, position - 1)->argument == NULL)
        agent_operation_target (operation, position - 1)->argument = g_strdup (argument->text);
    }
}

static char *
take_document (const dds_sequence_octet *document)
{
  return document->_length > 0
             ? g_ref_string_new_len ((const char *)document->_buffer, document->_length)
             : NULL;
}

/* Only what concerns @node; without any target where nothing does. */
AgentOperation *
agent_operation_new_from_sample (const muri_v1_Operation *sample, const muri_v1_Uuid *node,
                                 gint64 received)
{
  static const muri_v1_Uuid itself;
  AgentOperation *operation = agent_operation_new ();
  operation->id = sample->operation;
  operation->console = sample->console;
  operation->issuer = g_strdup (sample->issuer);
  operation->group = g_strdup (sample->group);
  operation->verb = sample->verb;
  operation->issued = sample->issued;
  operation->deadline = sample->deadline;
  operation->received = received;
  operation->control = sample->control;
  g_variant_unref (operation->parameters);
  operation->parameters = agent_parameters_take (&sample->parameters);

  g_autoptr (GHashTable) seen = g_hash_table_new (muri_uuid_hash, muri_uuid_equal);
  for (guint i = 0; i < sample->targets._length; i++)
    {
      const muri_v1_NodeTargets *targets = &sample->targets._buffer[i];
      if (!muri_uuid_equal (&targets->node, node))
        continue;
      if (targets->itself)
        add_target (operation, seen, &itself);
      for (guint j = 0; j < targets->vms._length; j++)
        if (!muri_uuid_is_zero (&targets->vms._buffer[j]))
          add_target (operation, seen, &targets->vms._buffer[j]);
    }
  if (operation->targets->len == 0)
    return operation;
  add_arguments (operation, seen, sample, node);
  operation->document = take_document (&sample->document);
  agent_operation_hash (sample, operation->hash);
  return operation;
}

static void
hash_number (GChecksum *sum, guint64 number)
{
  guint64 le = GUINT64_TO_LE (number);
  g_checksum_update (sum, (const guchar *)&le, sizeof le);
}

static void
hash_text (GChecksum *sum, const char *text)
{
  gsize length = strlen (text);
  hash_number (sum, length);
  g_checksum_update (sum, (const guchar *)text, length);
}

/* Every length goes in before what it counts, so that no two bodies make one stream of bytes.
 * The writer's minor version, the signature and the control are not of the body. */
void
agent_operation_hash (const muri_v1_Operation *sample, guint8 hash[AGENT_OPERATION_HASH])
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (sum, sample->operation.b, sizeof sample->operation.b);
  g_checksum_update (sum, sample->console.b, sizeof sample->console.b);
  hash_text (sum, sample->issuer);
  hash_number (sum, sample->verb);
  hash_number (sum, sample->issued);
  hash_number (sum, sample->deadline);
  hash_text (sum, sample->group);
  hash_number (sum, sample->parameters._length);
  for (guint i = 0; i < sample->parameters._length; i++)
    {
      hash_text (sum, sample->parameters._buffer[i].name);
      hash_text (sum, sample->parameters._buffer[i].value);
    }
  hash_number (sum, sample->targets._length);
  for (guint i = 0; i < sample->targets._length; i++)
    {
      const muri_v1_NodeTargets *targets = &sample->targets._buffer[i];
      g_checksum_update (sum, targets->node.b, sizeof targets->node.b);
      hash_number (sum, targets->itself);
      hash_number (sum, targets->vms._length);
      for (guint j = 0; j < targets->vms._length; j++)
        g_checksum_update (sum, targets->vms._buffer[j].b, sizeof targets->vms._buffer[j].b);
    }
  hash_number (sum, sample->arguments._length);
  for (guint i = 0; i < sample->arguments._length; i++)
    {
      const muri_v1_Argument *argument = &sample->arguments._buffer[i];
      g_checksum_update (sum, argument->node.b, sizeof argument->node.b);
      g_checksum_update (sum, argument->vm.b, sizeof argument->vm.b);
      hash_text (sum, argument->text);
    }
  hash_number (sum, sample->document._length);
  g_checksum_update (sum, sample->document._buffer, sample->document._length);
  gsize size = AGENT_OPERATION_HASH;
  g_checksum_get_digest (sum, hash, &size);
}

gboolean
agent_operation_is_complete (const AgentOperation *operation)
{
  for (guint i = 0; i < operation->targets->len; i++)
    if (!muri_outcome_is_final (agent_operation_target (operation, i)->state))
      return FALSE;
  return TRUE;
}

/* libvirt's words may be longer than the wire has room for: cut between two characters. */
static void
copy_text (char *to, gsize size, const char *from)
{
  g_autofree char *valid = g_utf8_make_valid (from != NULL ? from : "", -1);
  if (g_strlcpy (to, valid, size) < size)
    return;
  const char *end;
  g_utf8_validate (to, -1, &end);
  to[end - to] = '\0';
}

/* Consoles that did not ask for it know of a clone nothing but its UUID until it is there. */
static void
fill_names (muri_v1_Report *report, const AgentOperation *operation)
{
  guint n = MIN (operation->targets->len, MURI_OPERATION_TARGETS_MAX);
  if (operation->verb != MURI_VERB_CLONE || n == 0)
    return;
  report->names._buffer = dds_alloc (n * sizeof *report->names._buffer);
  report->names._length = report->names._maximum = n;
  report->names._release = true;
  for (guint i = 0; i < n; i++)
    copy_text (report->names._buffer[i], sizeof report->names._buffer[i],
               agent_operation_target (operation, i)->argument);
}

muri_v1_Report *
agent_operation_to_report (const AgentOperation *operation, const muri_v1_Uuid *node)
{
  muri_v1_Report *report = muri_topic_sample_new (MURI_TOPIC_REPORT);
  guint n = operation->targets->len;
  report->operation = operation->id;
  report->node = *node;
  report->console = operation->console;
  copy_text (report->issuer, sizeof report->issuer, operation->issuer);
  copy_text (report->group, sizeof report->group, operation->group);
  report->verb = operation->verb;
  report->issued = operation->issued;
  report->received = operation->received;
  report->complete = agent_operation_is_complete (operation);
  report->outcomes._buffer = dds_alloc (MAX (n, 1) * sizeof (muri_v1_Outcome));
  report->outcomes._length = report->outcomes._maximum = n;
  report->outcomes._release = true;
  for (guint i = 0; i < n; i++)
    {
      const AgentTarget *target = agent_operation_target (operation, i);
      muri_v1_Outcome *outcome = &report->outcomes._buffer[i];
      outcome->vm = target->vm;
      outcome->state = target->state;
      outcome->vm_state = target->vm_state;
      outcome->error = target->error;
      outcome->started = target->started;
      outcome->finished = target->finished;
      copy_text (outcome->message, sizeof outcome->message, target->message);
      outcome->step = target->step;
      outcome->percent = target->step != MURI_STEP_NONE ? target->percent : MURI_PERCENT_UNKNOWN;
    }
  fill_names (report, operation);
  return report;
}
