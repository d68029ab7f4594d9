/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flock-host.h"

#include <glib/gstdio.h>
#include <stdio.h>

#include "agent-domain-state.h"
#include "muri-uuid.h"
#include "muri-words.h"

/* One in eight is off, one in forty paused. */
static int
first_state (guint number)
{
  if (number % 8 == 7)
    return VIR_DOMAIN_SHUTOFF;
  return number % 40 == 11 ? VIR_DOMAIN_PAUSED : VIR_DOMAIN_RUNNING;
}

/* The same one in each fleet. */
static void
name_uuid (guint number, char text[MURI_UUID_TEXT])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;
  muri_v1_Uuid uuid;

  g_checksum_update (checksum, (const guchar *)"muri-flock", -1);
  g_checksum_update (checksum, (const guchar *)&number, sizeof number);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (uuid.b, digest, sizeof uuid.b);
  uuid.b[6] = (uuid.b[6] & 0x0f) | 0x50;
  uuid.b[8] = (uuid.b[8] & 0x3f) | 0x80;
  muri_uuid_format (&uuid, text);
}

char *
flock_domain_xml (const char *name, const char *uuid, guint number, const char *more)
{
  return g_strdup_printf (
      "<domain type='test'%s<name>%s</name><uuid>%s</uuid><memory unit='MiB'>%u</memory>"
      "<vcpu>%u</vcpu><os><type arch='x86_64'>hvm</type></os><devices>"
      "<disk type='file' device='disk'><source file='/var/lib/libvirt/images/%s.qcow2'/>"
      "<target dev='vda' bus='virtio'/></disk>"
      "<interface type='network'><mac address='52:54:00:%02x:%02x:%02x'/>"
      "<source network='default'/></interface></devices></domain>",
      more, name, uuid, 1024u << number % 4, 1u << number % 4, name, number >> 16 & 255,
      number >> 8 & 255, number & 255);
}

static void
write_node (const FlockPlan *plan, guint index, const char *path)
{
  guint first = index * (plan->vms / plan->hosts) + MIN (index, plan->vms % plan->hosts);
  guint n = plan->vms / plan->hosts + (index < plan->vms % plan->hosts);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) xml = g_string_new (
      "<node><cpu><mhz>2600</mhz><model>x86_64</model><active>32</active><nodes>1</nodes>"
      "<sockets>1</sockets><cores>16</cores><threads>2</threads></cpu>"
      "<memory>134217728</memory>");

  for (guint number = first; number < first + n; number++)
    {
      g_autofree char *name = g_strdup_printf ("vm-%05u", number);
      g_autofree char *state =
          g_strdup_printf (" xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
                           "<test:runstate>%d</test:runstate>",
                           first_state (number));
      char uuid[MURI_UUID_TEXT];

      name_uuid (number, uuid);
      g_autofree char *domain = flock_domain_xml (name, uuid, number, state);
      g_string_append (xml, domain);
    }
  g_string_append (xml, "</node>");
  if (!g_file_set_contents (path, xml->str, (gssize)xml->len, &error))
    g_error ("%s", error->message);
}

FlockHost *
flock_host_new (const FlockPlan *plan, guint index, guint zone, MuriBus *bus)
{
  FlockHost *host = g_new0 (FlockHost, 1);
  g_autofree char *name = g_strdup_printf ("host-%04u", index + 1);
  g_autofree char *state = g_build_filename (plan->directory, name, NULL);
  g_autofree char *path = g_build_filename (state, "fleet.xml", NULL);
  g_autofree char *uri = g_strconcat ("test://", path, NULL);
  g_autoptr (GError) error = NULL;

  /* Later it remembers its VMs itself. */
  if (g_mkdir (state, 0700) == 0)
    write_node (plan, index, path);
  host->bus = g_object_ref (bus);
  host->config = agent_config_new (uri, state, zone);
  g_free (host->config->name);
  host->config->name = g_steal_pointer (&name);
  host->config->simulate = TRUE;
  host->config->join_within = plan->join_within;
  host->config->history_size = plan->history;
  host->config->serve = plan->history > 0;
  host->config->zone->many = plan->many;
  g_free (host->config->zone->interface);
  host->config->zone->interface = g_strdup (plan->interface);
  host->config->insecure = TRUE;
  if (!agent_config_check (host->config, &error))
    g_error ("%s", error->message);
  return host;
}

void
flock_host_free (FlockHost *host)
{
  flock_host_stop (host);
  agent_config_free (host->config);
  g_object_unref (host->bus);
  g_free (host);
}

static void
on_joined (Agent *agent, FlockHost *host)
{
  host->joined = TRUE;
}

static void
on_failed (Agent *agent, const char *reason, FlockHost *host)
{
  g_error ("%s: %s", host->config->name, reason);
}

void
flock_host_start (FlockHost *host)
{
  g_autoptr (GError) error = NULL;

  host->agent = agent_new (host->config, host->bus);
  g_signal_connect (host->agent, "joined", G_CALLBACK (on_joined), host);
  g_signal_connect (host->agent, "failed", G_CALLBACK (on_failed), host);
  if (!agent_start (host->agent, &error))
    g_error ("%s: %s", host->config->name, error->message);
}

void
flock_host_stop (FlockHost *host)
{
  host->joined = FALSE;
  if (host->agent != NULL)
    agent_stop (host->agent);
  g_clear_object (&host->agent);
}

gboolean
flock_host_is_ready (FlockHost *host)
{
  return host->joined && agent_inventory_is_loaded (agent_get_inventory (host->agent));
}

static void
print_domain (virDomainPtr domain, const char *node)
{
  char uuid[VIR_UUID_STRING_BUFLEN];
  int state = VIR_DOMAIN_NOSTATE;
  int reason = 0;

  virDomainGetUUIDString (domain, uuid);
  virDomainGetState (domain, &state, &reason, 0);
  printf ("vm\t%s\t%s\t%s\t%s\n", node, uuid, virDomainGetName (domain),
          muri_vm_state_to_nick (agent_domain_state_map (
              state, reason, virDomainHasManagedSaveImage (domain, 0) == 1)));
  virDomainFree (domain);
}

void
flock_host_print (FlockHost *host)
{
  g_autofree virDomainPtr *domains = NULL;
  char node[MURI_UUID_TEXT];
  virConnectPtr connection;
  int n;

  if (!flock_host_is_ready (host))
    return;
  connection = agent_connections_acquire (agent_get_connections (host->agent),
                                          AGENT_CONNECTION_EVENTS, NULL);
  n = virConnectListAllDomains (connection, &domains, 0);
  muri_uuid_format (agent_get_node (host->agent), node);
  printf ("host\t%s\t%s\t%d\n", node, host->config->name, n);
  for (int i = 0; i < n; i++)
    print_domain (domains[i], node);
  virConnectClose (connection);
}
