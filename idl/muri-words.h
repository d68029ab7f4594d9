/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/**
 * Names of the codes on the wire.
 *
 * A code that a reader does not know is kept as it is and shown as unknown: a newer peer may
 * have sent it. Numbers are never used again for something else.
 */

#include <glib.h>

G_BEGIN_DECLS

/** The minor version of muri.idl that this program was built with. */
#define MURI_WIRE_MINOR 1

/** At most this many targets are taken of one sample of an operation; more is refused whole. */
#define MURI_OPERATION_TARGETS_MAX 5000

/** An operation lives at most this long, in microseconds, counted from its issue. */
#define MURI_OPERATION_LIFE_MAX (24 * G_TIME_SPAN_HOUR)

/** Clocks that differ by more than this (microseconds) are an outcome of their own. */
#define MURI_CLOCK_SKEW_MAX (30 * G_TIME_SPAN_SECOND)

enum /* Node.presence */
{
  MURI_PRESENCE_UNKNOWN = 0,
  MURI_PRESENCE_UP = 1,
  MURI_PRESENCE_LEAVING = 2, /* a clean stop: the last word of an agent */
};

enum /* Node.connection */
{
  MURI_CONNECTION_UNKNOWN = 0,
  MURI_CONNECTION_UP = 1,
  MURI_CONNECTION_DOWN = 2,
};

/* Vm.state. The CIM EnabledState is in the comment, after DSP1057 and DSP0004. */
enum
{
  MURI_VM_STATE_UNKNOWN = 0,
  MURI_VM_STATE_RUNNING = 1,   /* 2 Enabled */
  MURI_VM_STATE_PAUSED = 2,    /* 9 Quiesce */
  MURI_VM_STATE_STARTING = 3,  /* 10 Starting */
  MURI_VM_STATE_STOPPING = 4,  /* 4 Shutting Down */
  MURI_VM_STATE_OFF = 5,       /* 3 Disabled */
  MURI_VM_STATE_SAVED = 6,     /* 6 Enabled but Offline */
  MURI_VM_STATE_CRASHED = 7,   /* 3 Disabled, HealthState 20 */
  MURI_VM_STATE_SUSPENDED = 8, /* 6 Enabled but Offline: the guest sleeps */
  MURI_VM_STATE_MIGRATING = 9,
  MURI_VM_STATE_GONE = 10, /* only in outcomes: no such VM on this node */
};

/* Operation.verb. Bit N of Node.unsupported stands for verb N. Below 16 the guest's power, then
 * what is written into a VM or, where the node itself is the target, into the node; from 32 on
 * the node only. */
enum
{
  MURI_VERB_NONE = 0,
  MURI_VERB_POWER_ON = 1,
  MURI_VERB_RESUME = 2,
  MURI_VERB_POWER_OFF = 3,
  MURI_VERB_SHUTDOWN = 4,
  MURI_VERB_RESET = 5,
  MURI_VERB_REBOOT = 6,
  MURI_VERB_PAUSE = 7,
  MURI_VERB_SAVE = 8,
  MURI_VERB_JOIN_GROUP = 16,  /* group, order, delay; one that is joined already: order and delay */
  MURI_VERB_LEAVE_GROUP = 17, /* group */
  MURI_VERB_MOVE_GROUP = 18,  /* from, to, only */
  MURI_VERB_GUARD = 19,       /* VMs only: verbs that stop or interrupt it are refused */
  MURI_VERB_UNGUARD = 20,
  /* VMs: their life. The targets of CLONE are VMs that do not exist yet: whoever asks has chosen
   * their UUIDs, and names them by arguments. */
  MURI_VERB_CLONE = 21,         /* template, … */
  MURI_VERB_DELETE = 22,        /* volumes */
  MURI_VERB_FLATTEN = 23,       /* its disks read no template's any more */
  MURI_VERB_RESIZE = 24,        /* vcpus, memory, when */
  MURI_VERB_MAKE_TEMPLATE = 25, /* template, name, …: of a VM that is off */
  MURI_VERB_REFRESH_STORAGE = 32,
  MURI_VERB_MAINTENANCE_ON = 33, /* takes no new VMs */
  MURI_VERB_MAINTENANCE_OFF = 34,
  MURI_VERB_HOST_SHUTDOWN = 35, /* only where the agent's configuration allows it */
  MURI_VERB_HOST_REBOOT = 36,
  MURI_VERB_WAKE = 37,             /* mac: of another server, by a magic packet from this one */
  MURI_VERB_RECEIVE_TEMPLATE = 40, /* template, name, size, sha256, format: sent to it by HTTP */
  MURI_VERB_FETCH_TEMPLATE = 41,   /* template, with sources; or url, name, sha256, format */
  MURI_VERB_CHANGE_TEMPLATE =
      42, /* template; name, os, vcpus, memory, memory-min, document: notes */
  MURI_VERB_DELETE_TEMPLATE = 43, /* template */
  /* template, into, name, replace: a new template of a copy, in which nothing is left that must not
   * be the same in clones. An image never changes under its id. */
  MURI_VERB_GENERALISE_TEMPLATE = 44,
};

/* Operation.parameters. Whatever is not of its form is refused, never guessed at; one that a
 * verb does not know is left alone. */
#define MURI_PARAMETER_GROUP "group" /* a path as muri_group_path_check() accepts */
#define MURI_PARAMETER_ORDER "order" /* a 32-bit number, may be negative; none is 0 */
#define MURI_PARAMETER_DELAY "delay" /* seconds, at most MURI_START_DELAY_MAX; none is 0 */
#define MURI_PARAMETER_FROM "from"   /* a path */
#define MURI_PARAMETER_TO "to"       /* a path; not below "from" unless "only" */
#define MURI_PARAMETER_ONLY                                                                        \
  "only"                         /* "1": a membership in exactly "from"; else all below it too     \
                                  */
#define MURI_PARAMETER_MAC "mac" /* 52:54:00:12:34:56 */
/* Of any verb on VMs. */
#define MURI_PARAMETER_PER_NODE "per-node"     /* at most so many VMs of a node at once; from 1 */
#define MURI_PARAMETER_STOP_AFTER "stop-after" /* so many failures on a node, and no more begin */
/* Of MURI_VERB_SHUTDOWN. */
#define MURI_PARAMETER_GRACE "grace" /* seconds that the guest has; with "then" */
#define MURI_PARAMETER_THEN "then"   /* MURI_THEN_POWER_OFF: those that did not go down by then */
#define MURI_THEN_POWER_OFF "power-off"

/* Of what deals with templates. Sizes are bytes, memory is KiB, numbers are decimal. */
#define MURI_PARAMETER_TEMPLATE "template" /* its UUID; a new one where it is made */
#define MURI_PARAMETER_NAME "name"         /* of the template */
#define MURI_PARAMETER_INTO "into"         /* the UUID of a new template that is made of it */
#define MURI_PARAMETER_REPLACE "replace"   /* "1": the old one is deleted then */
#define MURI_PARAMETER_OS "os"             /* libosinfo's short id, or any words */
#define MURI_PARAMETER_SIZE "size"         /* of the file that comes */
#define MURI_PARAMETER_SHA256 "sha256"     /* of that file, 64 hexadecimal digits */
#define MURI_PARAMETER_FORMAT "format"     /* of that file: qcow2, raw, vmdk, vhdx */
#define MURI_PARAMETER_URL "url"           /* http or https */
#define MURI_PARAMETER_MACHINE "machine"   /* a description that ships with Muri: "linux-uefi" */
#define MURI_PARAMETER_SOURCES                                                                     \
  "sources" /* holders: "10.0.0.1:41234 10.0.0.2:41234", see muri-source.h; first is best */
/* Of MURI_VERB_CLONE. The document, if any, is cloud-init's user-data. */
#define MURI_PARAMETER_LINKED "linked"   /* "1": reads the template's image; else a full copy */
#define MURI_PARAMETER_START "start"     /* "1": is started when it is whole */
#define MURI_PARAMETER_SEED "seed"       /* "1": a NoCloud volume with its identity */
#define MURI_PARAMETER_SSH_KEY "ssh-key" /* one public key, as in authorized_keys */
#define MURI_PARAMETER_NETWORK "network" /* a libvirt network; none: the template's */
#define MURI_PARAMETER_DISK "disk"       /* bytes: the first disk grows to it */
#define MURI_PARAMETER_GROUPS "groups"   /* paths, separated by line feeds */
#define MURI_PARAMETER_READY "ready"     /* seconds to wait for the guest's word or address */
/* Of MURI_VERB_CLONE and _RESIZE: "4"; of the latter also "+1", "-1", "+25%", "-25%". */
#define MURI_PARAMETER_VCPUS "vcpus"
#define MURI_PARAMETER_MEMORY "memory"
#define MURI_PARAMETER_MEMORY_MIN "memory-min" /* of a template: a clone needs at least */
#define MURI_PARAMETER_WHEN "when"             /* MURI_WHEN_*; none: both */
#define MURI_WHEN_NOW "now"
#define MURI_WHEN_NEXT "next"
#define MURI_WHEN_BOTH "both"
/* Of MURI_VERB_DELETE: "none", "all", or targets of disks: "vda vdb". What another VM, a clone or
 * a template reads is never deleted. */
#define MURI_PARAMETER_VOLUMES "volumes"
#define MURI_VOLUMES_NONE "none"
#define MURI_VOLUMES_ALL "all"

/** Of a membership, in seconds. */
#define MURI_START_DELAY_MAX 86400

enum /* Operation.control */
{
  MURI_CONTROL_GO = 0,
  MURI_CONTROL_HOLD = 1,
  MURI_CONTROL_CANCEL = 2,
};

/* Outcome.state. */
enum
{
  MURI_OUTCOME_UNKNOWN = 0,
  MURI_OUTCOME_QUEUED = 1,
  MURI_OUTCOME_RUNNING = 2,
  /* Final from here on. */
  MURI_OUTCOME_DONE = 3,
  MURI_OUTCOME_ALREADY = 4,     /* was in the wanted state */
  MURI_OUTCOME_FAILED = 5,      /* message and error say why */
  MURI_OUTCOME_TIMED_OUT = 6,   /* acted on, wanted state not seen until the deadline */
  MURI_OUTCOME_INTERRUPTED = 7, /* the agent died between acting and noting */
  MURI_OUTCOME_CANCELLED = 8,   /* before it was acted on */
  MURI_OUTCOME_UNSUPPORTED = 9, /* this hypervisor cannot */
  MURI_OUTCOME_NOT_HERE = 10,   /* no such VM on this node */
  MURI_OUTCOME_PROTECTED = 11,
  MURI_OUTCOME_CLOCK_SKEW = 12, /* the issuer's clock and the agent's differ too much */
  MURI_OUTCOME_EXPIRED = 13,    /* the deadline had passed before it was begun */
  MURI_OUTCOME_REFUSED = 14,    /* the request itself was not acceptable; message says why */
};

enum /* Outcome.step: what a target is at while it is RUNNING */
{
  MURI_STEP_NONE = 0,
  MURI_STEP_WAITING = 1,  /* for its turn */
  MURI_STEP_FETCHING = 2, /* an image, from the host in message */
  MURI_STEP_CHECKING = 3, /* its checksum, or what is in it */
  MURI_STEP_COPYING = 4,  /* volumes */
  MURI_STEP_SEEDING = 5,  /* its identity */
  MURI_STEP_DEFINING = 6,
  MURI_STEP_STARTING = 7,
  MURI_STEP_READYING = 8, /* the guest starts up */
  MURI_STEP_UNDOING = 9,  /* takes away what was made so far */
  MURI_STEP_DELETING = 10,
  MURI_STEP_RECEIVING = 11, /* what a console sends */
  MURI_STEP_GENERALISING = 12,
};

/** Of Outcome.percent and Template.percent: nobody knows how far it is. */
#define MURI_PERCENT_UNKNOWN 255

enum /* Template.state */
{
  MURI_TEMPLATE_STATE_UNKNOWN = 0,
  MURI_TEMPLATE_STATE_READY = 1,
  MURI_TEMPLATE_STATE_MAKING = 2,    /* of a VM or a file */
  MURI_TEMPLATE_STATE_RECEIVING = 3, /* from a console */
  MURI_TEMPLATE_STATE_FETCHING = 4,  /* from another holder or an address */
  MURI_TEMPLATE_STATE_BROKEN = 5,    /* error says why: it is kept aside and not cloned */
};

enum /* Template.firmware */
{
  MURI_FIRMWARE_UNKNOWN = 0,
  MURI_FIRMWARE_BIOS = 1,
  MURI_FIRMWARE_UEFI = 2,
};

enum /* Template.generalised */
{
  MURI_GENERALISED_UNKNOWN = 0,
  MURI_GENERALISED_YES = 1, /* its machine-id is empty: each clone makes its own */
  MURI_GENERALISED_NO = 2,
};

enum /* Event.severity */
{
  MURI_SEVERITY_INFO = 0,
  MURI_SEVERITY_NOTICE = 1,
  MURI_SEVERITY_WARNING = 2,
  MURI_SEVERITY_ERROR = 3,
};

/* Event.kind */
enum
{
  MURI_EVENT_UNKNOWN = 0,
  MURI_EVENT_AGENT_STARTED = 1,
  MURI_EVENT_AGENT_STOPPED = 2,
  MURI_EVENT_HYPERVISOR_LOST = 3,
  MURI_EVENT_HYPERVISOR_BACK = 4,
  MURI_EVENT_VM_DEFINED = 16,
  MURI_EVENT_VM_REMOVED = 17,
  MURI_EVENT_VM_STARTED = 18,
  MURI_EVENT_VM_PAUSED = 19,
  MURI_EVENT_VM_RESUMED = 20,
  MURI_EVENT_VM_STOPPED = 21,
  MURI_EVENT_VM_SAVED = 22,
  MURI_EVENT_VM_CRASHED = 23,
  MURI_EVENT_VM_REBOOTED = 24,
  MURI_EVENT_VM_CHANGED = 25, /* its definition */
  MURI_EVENT_VM_UNANSWERED = 26,
  MURI_EVENT_VM_ANSWERED = 27,
  MURI_EVENT_VM_METADATA_RESTORED = 28, /* a redefinition or a snapshot had lost groups, padlock */
  MURI_EVENT_VM_METADATA_WRONG = 29,    /* Muri's metadata makes no sense; it is left alone */
  MURI_EVENT_NODE_CHANGED = 40,         /* its groups, or maintenance */
  MURI_EVENT_TEMPLATE_ADDED = 41,       /* detail: its name */
  MURI_EVENT_TEMPLATE_REMOVED = 42,
  MURI_EVENT_TEMPLATE_CHANGED = 43,
  MURI_EVENT_TEMPLATE_BROKEN = 44,
  MURI_EVENT_OPERATION_RECEIVED = 48,
  MURI_EVENT_OPERATION_FINISHED = 49,
  MURI_EVENT_SAMPLE_REFUSED = 50,

  /* From here on a console's own: never on the wire. */
  MURI_EVENT_CONSOLE_FIRST = 256,
  MURI_EVENT_NODE_LOST = 256,
  MURI_EVENT_NODE_HEARD = 257, /* again */
  MURI_EVENT_ALARM_BEGAN = 258,
  MURI_EVENT_ALARM_ENDED = 259,
  MURI_EVENT_CONSOLE_NOTICE = 260,
};

/* VmFigures.known */
enum
{
  MURI_VM_FIGURE_CPU = 1 << 0, /* cpu and host_cpu */
  MURI_VM_FIGURE_MEMORY = 1 << 1,
  MURI_VM_FIGURE_DISK = 1 << 2,         /* disk_read, disk_write, disk_requests */
  MURI_VM_FIGURE_DISK_LATENCY = 1 << 3, /* unknown while nothing was requested */
  MURI_VM_FIGURE_NET = 1 << 4,
};

/* NodeFigures.known */
enum
{
  MURI_NODE_FIGURE_CPU = 1 << 0, /* cpu, iowait, steal */
  MURI_NODE_FIGURE_LOAD = 1 << 1,
  MURI_NODE_FIGURE_MEMORY = 1 << 2, /* memory, memory_cached, swap */
  MURI_NODE_FIGURE_PRESSURE = 1 << 3,
  MURI_NODE_FIGURE_DISK = 1 << 4,
  MURI_NODE_FIGURE_DISK_LATENCY = 1 << 5,
  MURI_NODE_FIGURE_NET = 1 << 6,
  MURI_NODE_FIGURE_STORAGE = 1 << 7,
};

const char *muri_verb_to_nick (guint verb);
guint muri_verb_from_nick (const char *nick);
gboolean muri_verb_is_for_vm (guint verb);
gboolean muri_verb_is_for_node (guint verb);
gboolean muri_verb_is_guarded (guint verb);
gboolean muri_outcome_is_final (guint outcome);
gboolean muri_outcome_is_success (guint outcome);
const char *muri_outcome_to_nick (guint outcome);
const char *muri_vm_state_to_nick (guint state);
const char *muri_step_to_nick (guint step);

G_END_DECLS
