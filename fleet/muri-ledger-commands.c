/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-ledger.h"

#include "muri-adjustment.h"
#include "muri-fleet-private.h"
#include "muri-uuid.h"

#include <string.h>

/* One target, and what is needed to say it in the shell; texts are quoted. */
typedef struct
{
  GString *lines;
  MuriOperation *operation;
  MuriTarget *target;
  MuriNode *node;         /* nullable */
  MuriVm *vm;             /* nullable */
  MuriTemplate *template; /* nullable */
  char *uri;
  char *name;
} Line;

static const char *
find_command (guint verb)
{
  switch (verb)
    {
    case MURI_VERB_POWER_ON:
      return "start";
    case MURI_VERB_RESUME:
      return "resume";
    case MURI_VERB_POWER_OFF:
      return "destroy";
    case MURI_VERB_SHUTDOWN:
      return "shutdown";
    case MURI_VERB_RESET:
      return "reset";
    case MURI_VERB_REBOOT:
      return "reboot";
    case MURI_VERB_PAUSE:
      return "suspend";
    case MURI_VERB_SAVE:
      return "managedsave";
    default:
      return NULL;
    }
}

/* The same driver over SSH, as virsh is used from afar: qemu+ssh://host/system. What names a file
 * of its host is that host's alone. */
static char *
make_uri (const char *uri, const char *host)
{
  const char *colon = strstr (uri, "://");
  g_autofree char *driver = colon != NULL ? g_strndup (uri, (gsize)(colon - uri)) : NULL;
  const char *path = colon != NULL ? strchr (colon + 3, '/') : NULL;
  char *plus = driver != NULL ? strchr (driver, '+') : NULL;

  if (path == NULL || *host == '\0')
    return g_strdup (uri);
  if (plus != NULL)
    *plus = '\0';
  return g_strdup_printf ("%s+ssh://%s%.*s", driver, host, (int)strcspn (path, "?"), path);
}

static const char *
get (const Line *line, const char *parameter)
{
  return muri_operation_get_parameter (line->operation, parameter);
}

static gboolean
is_set (const Line *line, const char *parameter)
{
  return g_strcmp0 (get (line, parameter), "1") == 0;
}

/* "virsh -c URI COMMAND --domain NAME", and what @format says. */
static void
append_virsh (const Line *line, const char *command, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
append_virsh (const Line *line, const char *command, const char *format, ...)
{
  va_list args;

  g_string_append_printf (line->lines, "virsh -c %s %s --domain %s", line->uri, command,
                          line->name);
  va_start (args, format);
  g_string_append_vprintf (line->lines, format, args);
  va_end (args);
  g_string_append_c (line->lines, '\n');
}

/* ---- making VMs ---- */

static char *
name_volume (const Line *line)
{
  char id[MURI_UUID_TEXT];
  g_autofree char *volume = NULL;

  muri_uuid_format (&muri_target_get_key (line->target)->vm, id);
  volume = g_strdup_printf ("%s-%.8s.qcow2", muri_target_get_argument (line->target), id);
  return g_shell_quote (volume);
}

static void
append_volume (const Line *line, const char *pool, const char *volume)
{
  const muri_v1_Template *facts = muri_template_get_facts (line->template);
  const char *disk = get (line, MURI_PARAMETER_DISK);
  const char *image = muri_template_get_id (line->template);

  if (is_set (line, MURI_PARAMETER_LINKED))
    g_string_append_printf (line->lines,
                            "virsh -c %s vol-create-as %s %s %" G_GUINT64_FORMAT
                            " --format qcow2 --backing-vol muri-%s.qcow2"
                            " --backing-vol-format qcow2\n",
                            line->uri, pool, volume,
                            disk != NULL ? g_ascii_strtoull (disk, NULL, 10) : facts->size, image);
  else
    g_string_append_printf (line->lines, "virsh -c %s vol-clone --pool %s muri-%s.qcow2 %s\n",
                            line->uri, pool, image, volume);
  if (disk != NULL && !is_set (line, MURI_PARAMETER_LINKED))
    g_string_append_printf (line->lines, "virsh -c %s vol-resize --pool %s %s %s\n", line->uri,
                            pool, volume, disk);
}

static guint64
number_or (const char *text, guint64 otherwise)
{
  return text != NULL ? g_ascii_strtoull (text, NULL, 10) : otherwise;
}

static void
append_clone (const Line *line)
{
  const muri_v1_Template *facts;
  char id[MURI_UUID_TEXT];
  g_autofree char *pool = NULL;
  g_autofree char *volume = NULL;
  const char *network = get (line, MURI_PARAMETER_NETWORK);
  g_autofree char *quoted = network != NULL ? g_shell_quote (network) : NULL;

  if (line->template == NULL || line->node == NULL
      || muri_target_get_argument (line->target) == NULL)
    return;
  facts = muri_template_get_facts (line->template);
  pool = g_shell_quote (muri_node_get_facts (line->node)->store);
  volume = name_volume (line);
  append_volume (line, pool, volume);
  g_string_append_printf (
      line->lines,
      "virt-install --connect %s --import --name %s --uuid %s --vcpus %" G_GUINT64_FORMAT
      " --memory %" G_GUINT64_FORMAT " --disk vol=%s/%s%s%s%s --osinfo detect=on,require=off%s\n",
      line->uri, line->name, muri_uuid_format (&muri_target_get_key (line->target)->vm, id),
      number_or (get (line, MURI_PARAMETER_VCPUS), facts->vcpus),
      number_or (get (line, MURI_PARAMETER_MEMORY), facts->memory) / 1024, pool, volume,
      facts->firmware == MURI_FIRMWARE_UEFI ? " --boot uefi" : "",
      quoted != NULL ? " --network network=" : "", quoted != NULL ? quoted : "",
      is_set (line, MURI_PARAMETER_START) ? " --noautoconsole" : " --noautoconsole --noreboot");
}

/* ---- the rest of their life ---- */

static void
append_delete (const Line *line)
{
  const char *volumes = get (line, MURI_PARAMETER_VOLUMES);
  g_autofree char *targets = NULL;

  if (volumes == NULL || g_str_equal (volumes, MURI_VOLUMES_NONE))
    targets = g_strdup ("");
  else if (g_str_equal (volumes, MURI_VOLUMES_ALL))
    targets = g_strdup (" --remove-all-storage");
  else
    {
      g_autofree char *list = g_strdelimit (g_strdup (volumes), " ", ',');
      g_autofree char *quoted = g_shell_quote (list);

      targets = g_strconcat (" --storage ", quoted, NULL);
    }
  append_virsh (line, "undefine", " --managed-save --snapshots-metadata --nvram%s", targets);
}

/* Only files: of what it is on, nobody else can say what becomes of it. */
static void
append_for_disks (const Line *line, const char *before, const char *after)
{
  const MuriVmFacts *facts = line->vm != NULL ? muri_vm_get_facts (line->vm) : NULL;
  g_autofree char *host = g_shell_quote (muri_target_get_node_name (line->target));

  for (guint i = 0; facts != NULL && i < facts->n_disks; i++)
    {
      const MuriDisk *disk = &facts->disks[i];
      g_autofree char *source = g_shell_quote (disk->source);
      g_autofree char *command = NULL;
      g_autofree char *quoted = NULL;

      if (!g_str_equal (disk->device, "disk") || disk->source[0] != '/')
        continue;
      command = g_strdup_printf ("%s %s%s", before, source, after);
      quoted = g_shell_quote (command);
      g_string_append_printf (line->lines, "ssh %s %s\n", host, quoted);
    }
}

static const char *
name_when (const Line *line)
{
  const char *when = get (line, MURI_PARAMETER_WHEN);
  gboolean off = line->vm != NULL && muri_vm_get_state (line->vm) == MURI_VM_STATE_OFF;

  if (g_strcmp0 (when, MURI_WHEN_NOW) == 0)
    return " --live";
  return g_strcmp0 (when, MURI_WHEN_NEXT) == 0 || off ? " --config" : " --live --config";
}

/* A change by some is what became of it, or would. @number: as the parameter has it */
static guint64
resolve (const Line *line, gboolean parsed, const MuriAdjustment *adjustment, guint64 value)
{
  if (!parsed)
    return 0;
  return adjustment->kind == MURI_ADJUSTMENT_TO
                 || !muri_target_state_is_success (muri_target_get_state (line->target))
             ? muri_adjustment_apply (adjustment, value)
             : value;
}

static void
append_resize (const Line *line)
{
  const char *vcpus = get (line, MURI_PARAMETER_VCPUS);
  const char *memory = get (line, MURI_PARAMETER_MEMORY);
  g_autofree char *kib = NULL;
  MuriAdjustment adjustment;
  MuriResources next = { 0 };
  guint64 value;

  if (line->vm != NULL)
    muri_vm_get_resources (line->vm, NULL, &next);
  if (vcpus != NULL)
    {
      value =
          resolve (line, muri_adjustment_parse_vcpus (vcpus, &adjustment), &adjustment, next.vcpus);
      if (value > 0)
        append_virsh (line, "setvcpus", " --count %" G_GUINT64_FORMAT "%s", value,
                      name_when (line));
    }
  if (memory == NULL)
    return;
  kib = strchr (memory, '%') != NULL ? g_strdup (memory) : g_strconcat (memory, "KiB", NULL);
  value = resolve (line, muri_adjustment_parse_memory (kib, &adjustment), &adjustment, next.memory);
  if (value > 0)
    append_virsh (line, "setmem", " --size %" G_GUINT64_FORMAT "KiB%s", value, name_when (line));
}

static void
append_template (const Line *line)
{
  g_autofree char *file =
      g_strdup_printf ("/var/tmp/%s.qcow2", get (line, MURI_PARAMETER_TEMPLATE) != NULL
                                                ? get (line, MURI_PARAMETER_TEMPLATE)
                                                : "template");
  g_autofree char *after = g_strconcat (" ", file, NULL);

  append_for_disks (line, "qemu-img convert -p -O qcow2", after);
}

static void
append_of_node (const Line *line)
{
  g_autofree char *pool = NULL;

  if (muri_operation_get_verb (line->operation) != MURI_VERB_DELETE_TEMPLATE || line->node == NULL
      || get (line, MURI_PARAMETER_TEMPLATE) == NULL)
    return;
  pool = g_shell_quote (muri_node_get_facts (line->node)->store);
  g_string_append_printf (line->lines, "virsh -c %s vol-delete --pool %s muri-%s.qcow2\n",
                          line->uri, pool, get (line, MURI_PARAMETER_TEMPLATE));
}

static void
append_of_vm (const Line *line)
{
  guint verb = muri_operation_get_verb (line->operation);
  const char *command = find_command (verb);

  if (command != NULL)
    append_virsh (line, command, "%s", "");
  else if (verb == MURI_VERB_CLONE)
    append_clone (line);
  else if (verb == MURI_VERB_DELETE)
    append_delete (line);
  else if (verb == MURI_VERB_FLATTEN)
    append_for_disks (line, "qemu-img rebase -p -f qcow2 -b ''", "");
  else if (verb == MURI_VERB_RESIZE)
    append_resize (line);
  else if (verb == MURI_VERB_MAKE_TEMPLATE)
    append_template (line);
}

/* A name that begins with a dash would be an option. */
static char *
quote_name (MuriTarget *target)
{
  const char *name = muri_target_get_argument (target);
  char id[MURI_UUID_TEXT];

  if (name == NULL)
    name = muri_target_get_name (target);
  if (*name == '\0' || *name == '-')
    name = muri_uuid_format (&muri_target_get_key (target)->vm, id);
  return g_shell_quote (name);
}

static void
append_target (MuriFleet *fleet, MuriOperation *operation, MuriTarget *target, GString *lines)
{
  const MuriTargetKey *key = muri_target_get_key (target);
  MuriNode *node = muri_fleet_lookup_node (fleet, &key->node);
  g_autofree char *uri = make_uri (node != NULL ? muri_node_get_facts (node)->uri : "",
                                   muri_target_get_node_name (target));
  Line line = { .lines = lines,
                .operation = operation,
                .target = target,
                .node = node,
                .vm = node != NULL ? muri_node_find_vm (node, &key->vm) : NULL,
                .uri = g_shell_quote (uri),
                .name = quote_name (target) };

  line.template = muri_fleet_find_template (fleet, get (&line, MURI_PARAMETER_TEMPLATE));
  if (muri_uuid_is_zero (&key->vm))
    append_of_node (&line);
  else
    append_of_vm (&line);
  g_free (line.uri);
  g_free (line.name);
}

/**
 * muri_fleet_to_commands:
 * @fleet: a fleet
 * @operation: one that is in its ledger
 *
 * Returns: (transfer full): lines of the shell for each VM that do what @operation asks, with the
 *   tools of libvirt; empty where these have none for it
 */
char *
muri_fleet_to_commands (MuriFleet *fleet, MuriOperation *operation)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < muri_operation_get_n_targets (operation); i++)
    append_target (fleet, operation, muri_operation_peek_target (operation, i), lines);
  return g_string_free (lines, FALSE);
}
