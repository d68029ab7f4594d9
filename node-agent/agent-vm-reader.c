/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-vm-reader.h"

#include <string.h>
#include <unistd.h>

#include "agent-domain-state.h"
#include "agent-domain-xml.h"
#include "agent-error.h"
#include "agent-vm.h"
#include "muri-uuid.h"

/* One that was undefined since it was found is no transient one. */
static gboolean
read_persistent (virDomainPtr domain, muri_v1_Vm *vm, GError **error)
{
  int persistent = virDomainIsPersistent (domain);
  g_autoptr (GError) failed = persistent < 0 ? agent_error_new_from_libvirt () : NULL;

  vm->persistent = persistent > 0;
  if (failed == NULL || agent_error_is_no_support (failed))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

/* A guest that runs has no saved image: it is removed when it is restored. */
static gboolean
may_be_saved (int state, int reason, gboolean was_active)
{
  return state == VIR_DOMAIN_SHUTOFF
         && !(was_active
              && (reason == VIR_DOMAIN_SHUTOFF_SHUTDOWN || reason == VIR_DOMAIN_SHUTOFF_DESTROYED
                  || reason == VIR_DOMAIN_SHUTOFF_CRASHED));
}

static gboolean
read_state (virDomainPtr domain, muri_v1_Vm *vm, gboolean was_active, GError **error)
{
  int state, reason;

  if (virDomainGetState (domain, &state, &reason, 0) < 0)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }

  /* Drivers without the call have no managed save either. */
  vm->managed_save =
      may_be_saved (state, reason, was_active) && virDomainHasManagedSaveImage (domain, 0) == 1;
  vm->state = agent_domain_state_map (state, reason, vm->managed_save);
  vm->reason = reason;
  return TRUE;
}

void
agent_vm_metadata_free (AgentVmMetadata *metadata)
{
  g_free (metadata->definition);
  g_free (metadata->running);
  g_free (metadata);
}

static void
note_next (muri_v1_Vm *vm, const AgentDomainSizes *sizes)
{
  vm->vcpus_next = sizes->vcpus != vm->vcpus ? sizes->vcpus : 0;
  vm->vcpus_max_next = sizes->vcpus_max != vm->vcpus_max ? sizes->vcpus_max : 0;
  vm->memory_next = sizes->memory != vm->memory ? sizes->memory : 0;
  vm->memory_max_next = sizes->memory_max != vm->memory_max ? sizes->memory_max : 0;
}

/* @text: what the XML has, which is the running guest's where one runs. Then the definition says
 * what is meant, and what it will be with the next boot. */
static gboolean
read_definition (virDomainPtr domain, muri_v1_Vm *vm, char *text, AgentVmMetadata *metadata,
                 GError **error)
{
  AgentDomainSizes sizes = { 0 };
  g_autofree char *xml = NULL;

  metadata->has_running = vm->persistent && agent_domain_state_is_active (vm->state);
  if (!metadata->has_running)
    {
      metadata->definition = text;
      return TRUE;
    }
  metadata->running = text;
  xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  if (xml == NULL)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  if (agent_domain_xml_read_definition (xml, &sizes, &metadata->definition))
    note_next (vm, &sizes);
  return TRUE;
}

static gboolean
read_xml (virDomainPtr domain, muri_v1_Vm *vm, char **text, GError **error)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, 0);

  if (xml == NULL)
    {
      agent_error_set_from_libvirt (error);
      return FALSE;
    }
  AGENT_TEXT_COPY (vm->name, virDomainGetName (domain));
  agent_domain_xml_read_all (xml, vm, text);
  return TRUE;
}

/* Who defines it anew or changes its metadata raises an event, after which all is read. So the
 * definition of one that begins is the one that was read while it was off. */
static gboolean
read_power (virDomainPtr domain, const AgentVmWish *wish, muri_v1_Vm *vm, AgentVmMetadata *metadata,
            GError **error)
{
  const muri_v1_Vm *before = wish->before;
  char *text;

  if (!read_xml (domain, vm, &text, error))
    return FALSE;
  vm->persistent = TRUE;
  vm->autostart = before->autostart;
  metadata->has_running = agent_domain_state_is_active (vm->state);
  if (metadata->has_running)
    {
      const AgentDomainSizes sizes = { .vcpus = before->vcpus,
                                       .vcpus_max = before->vcpus_max,
                                       .memory = before->memory,
                                       .memory_max = before->memory_max };

      note_next (vm, &sizes);
      metadata->running = text;
      metadata->definition = g_strdup (wish->definition);
    }
  else
    {
      metadata->definition = text;
    }
  return TRUE;
}

/* %NULL without an error: that does not suffice, all has to be read. */
static muri_v1_Vm *
read_less (virDomainPtr domain, const AgentVmWish *wish, AgentVmMetadata **metadata, GError **error)
{
  g_autoptr (AgentVmMetadata) found = NULL;
  g_autoptr (muri_v1_Vm) state = agent_vm_new ();
  gboolean was_active;

  if (wish->depth == AGENT_READ_ALL || wish->before == NULL || !wish->before->persistent)
    return NULL;
  state->node = wish->before->node;
  state->vm = wish->before->vm;
  was_active = agent_domain_state_is_active (wish->before->state);
  if (!read_state (domain, state, was_active, error))
    return NULL;

  if (agent_domain_state_is_active (state->state) != was_active)
    {
      found = g_new0 (AgentVmMetadata, 1);
      if (!read_power (domain, wish, state, found, error))
        return NULL;
      *metadata = g_steal_pointer (&found);
      return g_steal_pointer (&state);
    }

  if (wish->depth == AGENT_READ_STATE)
    {
      muri_v1_Vm *vm = agent_vm_copy (wish->before);

      vm->state = state->state;
      vm->reason = state->reason;
      vm->managed_save = state->managed_save;
      *metadata = NULL;
      return vm;
    }
  /* It ended and began: with another definition, maybe. */
  return NULL;
}

static muri_v1_Vm *
read_whole (virDomainPtr domain, const muri_v1_Uuid *node, AgentVmMetadata **metadata,
            GError **error)
{
  g_autoptr (AgentVmMetadata) found = g_new0 (AgentVmMetadata, 1);
  g_autoptr (muri_v1_Vm) vm = agent_vm_new ();
  char *text;
  int autostart = 0;

  vm->node = *node;
  if (virDomainGetUUID (domain, vm->vm.b) < 0)
    {
      agent_error_set_from_libvirt (error);
      return NULL;
    }
  if (!read_state (domain, vm, FALSE, error) || !read_xml (domain, vm, &text, error))
    return NULL;
  if (virDomainGetAutostart (domain, &autostart) == 0)
    vm->autostart = autostart != 0;
  if (!read_persistent (domain, vm, error))
    {
      g_free (text);
      return NULL;
    }
  if (!read_definition (domain, vm, text, found, error))
    return NULL;
  *metadata = g_steal_pointer (&found);
  return g_steal_pointer (&vm);
}

muri_v1_Vm *
agent_vm_reader_read (virDomainPtr domain, const muri_v1_Uuid *node, const AgentVmWish *wish,
                      AgentVmMetadata **metadata, GError **error)
{
  GError *failed = NULL;
  muri_v1_Vm *vm = wish ? read_less (domain, wish, metadata, &failed) : NULL;

  if (vm == NULL && failed == NULL)
    return read_whole (domain, node, metadata, error);
  if (failed)
    g_propagate_error (error, failed);
  return vm;
}

/* Some have none. */
static void
metadata_free (gpointer metadata)
{
  if (metadata)
    agent_vm_metadata_free (metadata);
}

static AgentVmReading *
agent_vm_reading_new (void)
{
  AgentVmReading *reading = g_new0 (AgentVmReading, 1);

  reading->vms = g_ptr_array_new_with_free_func ((GDestroyNotify)agent_vm_free);
  reading->metadata = g_ptr_array_new_with_free_func (metadata_free);
  reading->gone = g_array_new (FALSE, FALSE, sizeof (muri_v1_Uuid));
  return reading;
}

void
agent_vm_reading_free (AgentVmReading *reading)
{
  g_ptr_array_unref (reading->vms);
  g_ptr_array_unref (reading->metadata);
  g_array_unref (reading->gone);
  g_clear_error (&reading->error);
  g_free (reading);
}

/* FALSE: the connection is lost, no use to go on. */
static gboolean
add_domain (AgentVmReading *reading, virDomainPtr domain, const muri_v1_Uuid *node,
            const AgentVmWish *wish)
{
  g_autoptr (GError) error = NULL;
  AgentVmMetadata *metadata;
  muri_v1_Vm *vm = agent_vm_reader_read (domain, node, wish, &metadata, &error);

  if (vm)
    {
      g_ptr_array_add (reading->metadata, metadata);
      g_ptr_array_add (reading->vms, vm);
    }
  else if (agent_error_is_no_domain (error))
    {
      muri_v1_Uuid uuid;

      if (virDomainGetUUID (domain, uuid.b) == 0)
        g_array_append_val (reading->gone, uuid);
    }
  else if (agent_error_is_disconnected (error))
    {
      reading->error = g_steal_pointer (&error);
      return FALSE;
    }
  else
    {
      g_info ("Cannot read domain %s: %s", virDomainGetName (domain), error->message);
    }
  return TRUE;
}

AgentVmReading *
agent_vm_reader_read_all (virConnectPtr connection, const muri_v1_Uuid *node)
{
  AgentVmReading *reading = agent_vm_reading_new ();
  g_autofree virDomainPtr *domains = NULL;
  gboolean going = TRUE;
  int n = virConnectListAllDomains (connection, &domains, 0);

  if (n < 0)
    {
      reading->error = agent_error_new_from_libvirt ();
      return reading;
    }

  for (int i = 0; i < n; i++)
    {
      going = going && add_domain (reading, domains[i], node, NULL);
      virDomainFree (domains[i]);
    }
  return reading;
}

AgentVmReading *
agent_vm_reader_read_some (virConnectPtr connection, const muri_v1_Uuid *node, GHashTable *wishes)
{
  AgentVmReading *reading = agent_vm_reading_new ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, wishes);
  while (reading->error == NULL && g_hash_table_iter_next (&iter, &key, &value))
    {
      const muri_v1_Uuid *uuid = key;
      AgentVmWish *wish = value;

      if (wish->domain == NULL)
        wish->domain = virDomainLookupByUUID (connection, uuid->b);
      if (wish->domain)
        {
          add_domain (reading, wish->domain, node, wish);
          continue;
        }

      reading->error = agent_error_new_from_libvirt ();
      if (agent_error_is_no_domain (reading->error))
        {
          g_clear_error (&reading->error);
          g_array_append_vals (reading->gone, uuid, 1);
        }
    }
  return reading;
}

/* Since the machine's boot, in clock ticks: the 22nd field of stat, counted from behind the name
 * in parentheses, which may hold anything. */
static gboolean
read_process_start (int pid, guint64 *ticks)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;
  g_auto (GStrv) fields = NULL;
  const char *rest;

  if (!g_file_get_contents (path, &stat, NULL, NULL) || (rest = strrchr (stat, ')')) == NULL)
    return FALSE;
  fields = g_strsplit (rest + 1, " ", -1);
  return g_strv_length (fields) > 20
         && g_ascii_string_to_unsigned (fields[20], 10, 1, G_MAXINT64, ticks, NULL);
}

/* A pid file may be stale or another libvirtd's: the process must bear the domain's UUID. */
static gboolean
process_is_vm (int pid, const muri_v1_Vm *vm)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/cmdline", pid);
  g_autofree char *line = NULL;
  char uuid[MURI_UUID_TEXT];
  gsize length;

  return g_file_get_contents (path, &line, &length, NULL)
         && memmem (line, length, muri_uuid_format (&vm->vm, uuid), MURI_UUID_TEXT - 1) != NULL;
}

static gint64
machine_boot (void)
{
  g_autofree char *uptime = NULL;

  if (!g_file_get_contents ("/proc/uptime", &uptime, NULL, NULL))
    return 0;
  return g_get_real_time () - (gint64)(g_ascii_strtod (uptime, NULL) * G_USEC_PER_SEC);
}

gint64
agent_vm_reader_find_boot (const muri_v1_Vm *vm)
{
  g_autofree char *session = g_build_filename (g_get_user_runtime_dir (), "libvirt/qemu/run", NULL);
  const char *const folders[] = { "/run/libvirt/qemu", session };

  /* A name with a slash is no file's. */
  if (!agent_domain_state_is_active (vm->state) || strchr (vm->name, '/'))
    return 0;

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%s.pid", folders[i], vm->name);
      g_autofree char *text = NULL;
      guint64 ticks;
      int pid;

      if (!g_file_get_contents (file, &text, NULL, NULL) || (pid = atoi (text)) <= 0)
        continue;
      if (process_is_vm (pid, vm) && read_process_start (pid, &ticks))
        return machine_boot () + (gint64)(ticks * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK));
    }
  return 0;
}
