/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "muri-zone-settings.h"

G_BEGIN_DECLS

/**
 * AgentConfig:
 * @name: what this node is called on the data space
 * @uri: libvirt's
 * @state_dir: where identity, journal and memory are kept
 * @simulate: figures come from a simulated workload, and the test driver's VMs are remembered
 * @insecure: speaks on an interface that is no loopback, without DDS Security
 * @allow_power: consoles may shut down or restart the server itself
 * @address: (nullable): of the interface
 * @zone: the data space
 * @join_within: milliseconds; the agent joins at a random moment of that time
 * @history_size: MiB that the history may take on disk; 0: none is kept
 * @serve: history and templates are offered over HTTP; only a program that starts agents itself
 *   can say no
 * @http_listen: (nullable): the address that history is served on; %NULL: that of the interface
 * @http_port: 0: any that is free
 * @templates_pool: the libvirt pool of templates
 * @templates_path: (nullable): where that is made if it does not exist; %NULL: as
 *   agent_config_default_templates_path() says
 * @templates_clones: (nullable): the pool of linked clones' disks; %NULL: that of templates
 * @templates_size_max: GiB that the disk of a template may have
 * @templates_uploads: so many images or parts of them are sent at once, at most
 * @templates_look: images are looked into, whether they are generalised
 * @templates_rate: bytes a second that these, and those that are fetched, may take each; 0: all
 * @certificate: (nullable): PEM file: who this node is; with it, all HTTP is over mutual TLS
 * @key: (nullable): PEM file: the private key of that
 * @authority: (nullable): PEM file: whose certificates are believed
 *
 * All that a person can set, checked. A plain value; free with agent_config_free().
 */
typedef struct
{
  char *name;
  char *uri;
  char *state_dir;
  gboolean simulate;
  gboolean insecure;
  gboolean allow_power;
  char *address;
  MuriZoneSettings *zone;
  guint join_within;
  guint history_size;
  gboolean serve;
  char *http_listen;
  guint http_port;
  char *templates_pool;
  char *templates_path;
  char *templates_clones;
  guint templates_size_max;
  guint templates_uploads;
  guint templates_rate;
  gboolean templates_look;
  char *certificate;
  char *key;
  char *authority;
} AgentConfig;

#define AGENT_CONFIG_ERROR (agent_config_error_quark ())

/**
 * AgentConfigError:
 * @AGENT_CONFIG_ERROR_USAGE: the command line is not one
 * @AGENT_CONFIG_ERROR_VALUE: something set is not acceptable
 * @AGENT_CONFIG_ERROR_DONE: nothing is wrong, but it was answered on standard output (--help)
 */
typedef enum
{
  AGENT_CONFIG_ERROR_USAGE,
  AGENT_CONFIG_ERROR_VALUE,
  AGENT_CONFIG_ERROR_DONE,
} AgentConfigError;

GQuark agent_config_error_quark (void);

/* The file, then what @argv overrides, then the checks. Every message is one line. */
AgentConfig *agent_config_load (int argc, char **argv, GError **error);

/* A configuration to be filled in by a program that starts agents itself. */
AgentConfig *agent_config_new (const char *uri, const char *state_dir, guint zone);
AgentConfig *agent_config_copy (const AgentConfig *config);
void agent_config_free (AgentConfig *config);

gboolean agent_config_check (AgentConfig *config, GError **error);

/* Of the test driver, which has no directories, it is below the state directory. */
char *agent_config_default_templates_path (const AgentConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentConfig, agent_config_free)

G_END_DECLS
