/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-check.h"

#include "muri-uuid.h"
#include "muri-words.h"

#include <math.h>

/* Each check returns NULL for an acceptable sample, or what is wrong with it. The bounds of the
 * IDL hold already when a sample arrives here: Cyclone DDS refuses what exceeds them. */

#define CHECK(condition, reason)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (!(condition))                                                                              \
      return reason;                                                                               \
  }                                                                                                \
  G_STMT_END

/* The year 2100: a clock that is wrong by more is no clock. */
#define TIME_MAX (G_GINT64_CONSTANT (4102444800) * G_TIME_SPAN_SECOND)

/* 1 PiB/s, beyond any bus. */
#define RATE_MAX 1.1259e15f

static gboolean
text (const char *string)
{
  return g_utf8_validate (string, -1, NULL);
}

static gboolean
named (const char *string)
{
  return string[0] != '\0' && text (string);
}

static gboolean
moment (gint64 time)
{
  return time >= 0 && time <= TIME_MAX;
}

static gboolean
percent (guint value)
{
  return value <= 100 || value == MURI_PERCENT_UNKNOWN;
}

static gboolean
between (float value, float low, float high)
{
  return isfinite (value) && value >= low && value <= high;
}

/* Shares may pass 1 by what the clocks of two counters differ. */
static gboolean
share (float value)
{
  return between (value, 0, 2);
}

static gboolean
rate (float value)
{
  return between (value, 0, RATE_MAX);
}

/* Whether the paths are ones is for who draws the tree: a later version may know more of them. */
static gboolean
groups (const dds_sequence_muri_v1_Membership *memberships)
{
  for (guint32 i = 0; i < memberships->_length; i++)
    if (!text (memberships->_buffer[i].group))
      return FALSE;
  return TRUE;
}

/**
 * muri_check_node:
 * @sample: (type muri_v1_Node): a received sample
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_node (gconstpointer sample)
{
  const muri_v1_Node *node = sample;

  CHECK (!muri_uuid_is_zero (&node->node), "no node");
  CHECK (named (node->name), "name");
  CHECK (text (node->agent_version) && text (node->connection_error) && text (node->uri)
             && text (node->hypervisor) && text (node->os) && text (node->kernel)
             && text (node->cpu_model) && text (node->address) && text (node->store)
             && text (node->store_error),
         "text that is not UTF-8");
  CHECK (moment (node->started) && moment (node->connection_since) && moment (node->booted),
         "time out of range");
  CHECK (node->cpus <= 65536 && node->sockets <= 4096 && node->cores <= 65536
             && node->threads <= 4096,
         "number of processors out of range");
  CHECK (node->memory <= G_MAXINT64, "memory out of range");
  CHECK (node->store_size <= G_MAXINT64 && node->store_available <= G_MAXINT64,
         "size of the template store out of range");
  CHECK (groups (&node->groups), "group that is not UTF-8");
  for (guint32 i = 0; i < node->macs._length; i++)
    CHECK (text (node->macs._buffer[i]), "network address that is not UTF-8");
  return NULL;
}

static const char *
check_vm_parts (const muri_v1_Vm *vm)
{
  for (guint32 i = 0; i < vm->addresses._length; i++)
    CHECK (text (vm->addresses._buffer[i]), "address that is not UTF-8");

  for (guint32 i = 0; i < vm->disks._length; i++)
    {
      const muri_v1_Disk *disk = &vm->disks._buffer[i];

      CHECK (text (disk->target) && text (disk->device) && text (disk->bus) && text (disk->source),
             "disk with text that is not UTF-8");
      CHECK (disk->capacity <= G_MAXINT64 && disk->allocation <= G_MAXINT64,
             "disk with a size out of range");
    }

  for (guint32 i = 0; i < vm->nics._length; i++)
    {
      const muri_v1_Nic *nic = &vm->nics._buffer[i];

      CHECK (text (nic->mac) && text (nic->model) && text (nic->network) && text (nic->target),
             "network interface with text that is not UTF-8");
    }

  return NULL;
}

/**
 * muri_check_vm:
 * @sample: (type muri_v1_Vm): a received sample
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_vm (gconstpointer sample)
{
  const muri_v1_Vm *vm = sample;

  CHECK (!muri_uuid_is_zero (&vm->node), "no node");
  CHECK (!muri_uuid_is_zero (&vm->vm), "no VM");
  CHECK (named (vm->name), "name");
  CHECK (text (vm->title) && text (vm->os) && text (vm->arch) && text (vm->machine)
             && text (vm->metadata_error),
         "text that is not UTF-8");
  CHECK (moment (vm->since) && moment (vm->booted) && moment (vm->unanswered), "time out of range");
  CHECK (vm->vcpus <= 65536 && vm->vcpus_max <= 65536, "number of vCPUs out of range");
  CHECK (vm->vcpus_next <= 65536 && vm->vcpus_max_next <= 65536, "number of vCPUs out of range");
  CHECK (vm->memory <= G_MAXINT64 && vm->memory_max <= G_MAXINT64 && vm->memory_next <= G_MAXINT64
             && vm->memory_max_next <= G_MAXINT64,
         "memory out of range");
  CHECK (groups (&vm->groups), "group that is not UTF-8");
  return check_vm_parts (vm);
}

static const char *
check_node_figures (const muri_v1_NodeFigures *figures)
{
  CHECK (share (figures->cpu) && share (figures->iowait) && share (figures->steal),
         "share of the processors out of range");
  CHECK (between (figures->load1, 0, 1e6f) && between (figures->load5, 0, 1e6f)
             && between (figures->load15, 0, 1e6f),
         "load out of range");
  CHECK (share (figures->pressure_cpu) && share (figures->pressure_memory)
             && share (figures->pressure_io),
         "pressure out of range");
  CHECK (rate (figures->disk_read) && rate (figures->disk_write) && rate (figures->net_rx)
             && rate (figures->net_tx),
         "rate out of range");
  CHECK (between (figures->disk_latency, 0, 1e6f), "latency out of range");
  CHECK (figures->memory <= G_MAXINT64 && figures->memory_cached <= G_MAXINT64
             && figures->swap <= G_MAXINT64 && figures->storage <= G_MAXINT64
             && figures->storage_size <= G_MAXINT64,
         "size out of range");
  return NULL;
}

static const char *
check_vm_figures (const muri_v1_VmFigures *figures)
{
  CHECK (!muri_uuid_is_zero (&figures->vm), "figures of no VM");
  CHECK (share (figures->cpu) && share (figures->host_cpu), "share of the processors out of range");
  CHECK (rate (figures->disk_read) && rate (figures->disk_write) && rate (figures->net_rx)
             && rate (figures->net_tx) && rate (figures->disk_requests),
         "rate out of range");
  CHECK (between (figures->disk_latency, 0, 1e6f), "latency out of range");
  return NULL;
}

/**
 * muri_check_sample:
 * @sample: (type muri_v1_Sample): a received sample
 *
 * Figures that are marked unknown must be sound numbers too: senders leave them 0.
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_sample (gconstpointer sample)
{
  const muri_v1_Sample *s = sample;
  const char *reason = NULL;

  CHECK (!muri_uuid_is_zero (&s->node), "no node");
  CHECK (s->parts > 0 && s->part < s->parts, "part out of range");
  CHECK (moment (s->time), "time out of range");
  CHECK (between (s->period, 0, 3600), "period out of range");

  for (guint32 i = 0; reason == NULL && i < s->host._length; i++)
    reason = check_node_figures (&s->host._buffer[i]);
  for (guint32 i = 0; reason == NULL && i < s->vms._length; i++)
    reason = check_vm_figures (&s->vms._buffer[i]);
  return reason;
}

/**
 * muri_check_template:
 * @sample: (type muri_v1_Template): a received sample
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_template (gconstpointer sample)
{
  const muri_v1_Template *t = sample;

  CHECK (!muri_uuid_is_zero (&t->node) && !muri_uuid_is_zero (&t->template_id), "no identity");
  CHECK (named (t->name), "name");
  CHECK (text (t->os) && text (t->notes) && text (t->format) && text (t->arch) && text (t->machine)
             && text (t->origin) && text (t->error),
         "text that is not UTF-8");
  CHECK (t->size <= G_MAXINT64 && t->allocation <= G_MAXINT64 && t->memory <= G_MAXINT64
             && t->memory_min <= G_MAXINT64,
         "size out of range");
  CHECK (t->vcpus <= 65536, "number of vCPUs out of range");
  CHECK (moment (t->created), "time out of range");
  CHECK (percent (t->percent), "percent out of range");
  return NULL;
}

/**
 * muri_check_event:
 * @sample: (type muri_v1_Event): a received sample
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_event (gconstpointer sample)
{
  const muri_v1_Event *event = sample;

  CHECK (!muri_uuid_is_zero (&event->node), "no node");
  CHECK (text (event->vm_name) && text (event->detail), "text that is not UTF-8");
  CHECK (moment (event->time), "time out of range");
  return NULL;
}

static const char *
check_targets (const muri_v1_Operation *operation)
{
  gsize n = 0;

  for (guint32 i = 0; i < operation->targets._length; i++)
    {
      const muri_v1_NodeTargets *targets = &operation->targets._buffer[i];

      CHECK (!muri_uuid_is_zero (&targets->node), "targets of no node");
      n += targets->vms._length + (targets->itself ? 1 : 0);
      CHECK (n <= MURI_OPERATION_TARGETS_MAX, "too many targets");
      for (guint32 j = 0; j < targets->vms._length; j++)
        CHECK (!muri_uuid_is_zero (&targets->vms._buffer[j]), "target that is no VM");
    }

  CHECK (n > 0, "no targets");
  return NULL;
}

static const char *
check_arguments (const muri_v1_Operation *operation)
{
  CHECK (operation->arguments._length <= MURI_OPERATION_TARGETS_MAX, "too many arguments");
  for (guint32 i = 0; i < operation->arguments._length; i++)
    CHECK (text (operation->arguments._buffer[i].text), "argument that is not UTF-8");
  /* Text without a zero, so that whoever makes a string of it loses nothing. */
  CHECK (operation->document._length == 0
             || g_utf8_validate_len ((const char *)operation->document._buffer,
                                     operation->document._length, NULL),
         "document that is not UTF-8");
  return NULL;
}

/**
 * muri_check_operation:
 * @sample: (type muri_v1_Operation): a received sample
 *
 * A deadline that has passed and a verb that is not known are not refused here: they become
 * outcomes, so that whoever asked learns of them.
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_operation (gconstpointer sample)
{
  const muri_v1_Operation *operation = sample;

  CHECK (!muri_uuid_is_zero (&operation->operation), "no operation");
  CHECK (!muri_uuid_is_zero (&operation->console), "no console");
  CHECK (text (operation->issuer) && text (operation->group), "text that is not UTF-8");
  CHECK (operation->issued > 0 && moment (operation->issued), "time of issue out of range");
  CHECK (operation->deadline > operation->issued
             && operation->deadline - operation->issued <= MURI_OPERATION_LIFE_MAX,
         "deadline out of range");
  for (guint32 i = 0; i < operation->parameters._length; i++)
    CHECK (named (operation->parameters._buffer[i].name)
               && text (operation->parameters._buffer[i].value),
           "parameter that is not UTF-8");
  const char *reason = check_arguments (operation);
  return reason != NULL ? reason : check_targets (operation);
}

/**
 * muri_check_report:
 * @sample: (type muri_v1_Report): a received sample
 *
 * Returns: (nullable): what is wrong with it
 */
const char *
muri_check_report (gconstpointer sample)
{
  const muri_v1_Report *report = sample;

  CHECK (!muri_uuid_is_zero (&report->operation) && !muri_uuid_is_zero (&report->node),
         "no identity");
  CHECK (text (report->issuer) && text (report->group), "text that is not UTF-8");
  CHECK (moment (report->issued) && moment (report->received), "time out of range");
  CHECK (report->outcomes._length <= MURI_OPERATION_TARGETS_MAX, "too many outcomes");
  CHECK (report->names._length <= report->outcomes._length, "names without outcomes");
  for (guint32 i = 0; i < report->names._length; i++)
    CHECK (text (report->names._buffer[i]), "name that is not UTF-8");
  for (guint32 i = 0; i < report->outcomes._length; i++)
    {
      const muri_v1_Outcome *outcome = &report->outcomes._buffer[i];

      CHECK (text (outcome->message), "outcome that is not UTF-8");
      CHECK (percent (outcome->percent), "outcome with a percentage out of range");
      CHECK (moment (outcome->started) && moment (outcome->finished),
             "outcome with a time out of range");
    }
  return NULL;
}
