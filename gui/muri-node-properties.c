/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-node-properties.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-format.h"
#include "muri-receive-buffer.h"

/* Below this a clock is right enough to say nothing of it. */
#define NOTABLE_SKEW (2 * G_TIME_SPAN_SECOND)

static MuriPropertyRow *
add (AdwPreferencesGroup *group, const char *title, gboolean copyable)
{
  GtkWidget *row = muri_property_row_new (title, NULL, copyable);

  adw_preferences_group_add (group, row);
  return MURI_PROPERTY_ROW (row);
}

void
muri_node_properties_init (MuriNodeProperties *self, AdwPreferencesGroup *host,
                           AdwPreferencesGroup *muri)
{
  self->processor = add (host, _ ("Processor"), FALSE);
  self->topology = add (host, _ ("Logical processors"), FALSE);
  self->memory = add (host, _ ("Memory"), FALSE);
  self->swap = add (host, _ ("Swap in use"), FALSE);
  self->storage = add (host, _ ("Storage in use"), FALSE);
  self->latency = add (host, _ ("Disk latency"), FALSE);
  self->os = add (host, _ ("Operating system"), FALSE);
  self->kernel = add (host, _ ("Kernel"), FALSE);
  self->uptime = add (host, _ ("Uptime"), FALSE);
  self->address = add (host, _ ("Address"), TRUE);

  self->hypervisor = add (muri, _ ("Hypervisor"), FALSE);
  self->libvirt = add (muri, _ ("libvirt"), FALSE);
  self->uri = add (muri, _ ("Connection"), FALSE);
  self->agent = add (muri, _ ("Agent"), FALSE);
  self->agent_since = add (muri, _ ("Agent running for"), FALSE);
  self->figures = add (muri, _ ("Figures"), FALSE);
  self->security = add (muri, _ ("Security"), FALSE);
  self->receive_buffer = add (muri, _ ("Receive buffer"), FALSE);
  self->clock = add (muri, _ ("Clock"), FALSE);
  self->zone = add (muri, _ ("Zone"), FALSE);
  self->id = add (muri, _ ("UUID"), TRUE);
}

static char *
format_topology (const muri_v1_Node *facts)
{
  if (facts->cpus == 0)
    return NULL;
  if (facts->sockets == 0 || facts->cores == 0 || facts->threads == 0)
    return g_strdup_printf ("%u", facts->cpus);
  /* Translators: processors; sockets × cores × threads */
  return g_strdup_printf (_ ("%u (%u × %u × %u)"), facts->cpus, facts->sockets, facts->cores,
                          facts->threads);
}

static char *
format_clock (MuriNode *node)
{
  gint64 skew = muri_node_get_clock_skew (node);
  g_autofree char *span = muri_format_duration (ABS (skew));

  if (ABS (skew) < NOTABLE_SKEW)
    return NULL;
  return g_strdup_printf (skew > 0 ? C_ ("clock", "%s ahead") : C_ ("clock", "%s behind"), span);
}

static char *
format_hypervisor (const muri_v1_Node *facts)
{
  g_autofree char *version = muri_format_version (facts->hypervisor_version);

  if (*facts->hypervisor == '\0')
    return NULL;
  return facts->hypervisor_version ? g_strdup_printf ("%s %s", facts->hypervisor, version)
                                   : g_strdup (facts->hypervisor);
}

/* Nothing is said of one that is large enough. */
static char *
format_receive_buffer (const muri_v1_Node *facts)
{
  if (facts->receive_buffer == 0 || facts->receive_buffer >= MURI_RECEIVE_BUFFER)
    return NULL;
  return g_strdup_printf (_ ("%u KiB of %u: what is asked of it may be lost in a burst; "
                             "60-muri.conf in /etc/sysctl.d mends it"),
                          facts->receive_buffer / 1024, MURI_RECEIVE_BUFFER / 1024);
}

void
muri_node_properties_update (MuriNodeProperties *self, MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);

  muri_property_row_set_value (self->processor, facts->cpu_model);
  muri_property_row_take_value (self->topology, format_topology (facts));
  muri_property_row_take_value (self->memory,
                                facts->memory ? muri_format_size (facts->memory * 1024.0) : NULL);
  muri_property_row_set_value (self->os, facts->os);
  muri_property_row_set_value (self->kernel, facts->kernel);
  muri_property_row_set_value (self->address, facts->address);

  muri_property_row_take_value (self->hypervisor, format_hypervisor (facts));
  muri_property_row_take_value (
      self->libvirt, facts->libvirt_version ? muri_format_version (facts->libvirt_version) : NULL);
  muri_property_row_set_value (self->uri, facts->uri);
  muri_property_row_set_value (self->agent, facts->agent_version);
  muri_property_row_set_value (self->figures,
                               facts->simulated ? _ ("Simulated workload") : _ ("Measured"));
  muri_property_row_set_value (
      self->security, facts->insecure   ? _ ("None: anybody on its network can command it")
                      : facts->http_tls ? _ ("Templates and history only with a certificate")
                                        : NULL);
  muri_property_row_take_value (self->receive_buffer, format_receive_buffer (facts));
  muri_property_row_take_value (self->zone, g_strdup_printf ("%u", muri_node_get_zone (node)));
  muri_property_row_set_value (self->id, muri_node_get_id (node));
}

static char *
format_known (MuriUnit unit, double value)
{
  return isfinite (value) ? muri_format_value (unit, value) : NULL;
}

void
muri_node_properties_update_times (MuriNodeProperties *self, MuriNode *node)
{
  const muri_v1_Node *facts = muri_node_get_facts (node);
  gint64 now = g_get_real_time ();
  gboolean up = muri_node_is_reachable (node);

  muri_property_row_take_value (
      self->uptime, up && facts->booted ? muri_format_duration (now - facts->booted) : NULL);
  muri_property_row_take_value (
      self->agent_since, up && facts->started ? muri_format_duration (now - facts->started) : NULL);
  muri_property_row_take_value (self->clock, format_clock (node));
  muri_property_row_take_value (
      self->swap, format_known (MURI_UNIT_BYTES, muri_node_get_figure (node, MURI_FIGURE_SWAP)));
  muri_property_row_take_value (
      self->storage,
      format_known (MURI_UNIT_BYTES, muri_node_get_figure (node, MURI_FIGURE_STORAGE)));
  muri_property_row_take_value (
      self->latency,
      format_known (MURI_UNIT_SECONDS, muri_node_get_figure (node, MURI_FIGURE_DISK_LATENCY)));
}
