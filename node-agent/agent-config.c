/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-config.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>

#include "muri-config.h"
#include "muri-interfaces.h"

#define DEFAULT_STATE_DIR "/var/lib/muri-agent"
#define DEFAULT_JOIN_WITHIN 250
#define LEASE_MAX 600

/* MiB */
#define DEFAULT_HISTORY_SIZE 64
#define HISTORY_SIZE_MAX 65536

#define DEFAULT_POOL "muri"
#define DEFAULT_POOL_PATH "/var/lib/libvirt/images/muri"

/* GiB */
#define DEFAULT_TEMPLATE_SIZE 2048
#define TEMPLATE_SIZE_MAX 1048576

#define DEFAULT_UPLOADS 4
#define UPLOADS_MAX 64

G_DEFINE_QUARK (agent - config - error - quark, agent_config_error)

typedef enum
{
  SETTING_NAME,
  SETTING_URI,
  SETTING_STATE_DIR,
  SETTING_SIMULATE,
  SETTING_INTERFACE,
  SETTING_ZONE,
  SETTING_PEERS,
  SETTING_INSECURE,
  SETTING_LEASE,
  SETTING_ALLOW_POWER,
  SETTING_HISTORY_SIZE,
  SETTING_HTTP_LISTEN,
  SETTING_HTTP_PORT,
  SETTING_TEMPLATES_POOL,
  SETTING_TEMPLATES_PATH,
  SETTING_TEMPLATES_CLONES,
  SETTING_TEMPLATES_SIZE_MAX,
  SETTING_TEMPLATES_UPLOADS,
  SETTING_TEMPLATES_RATE,
  SETTING_TEMPLATES_LOOK,
  SETTING_CERTIFICATE,
  SETTING_KEY,
  SETTING_AUTHORITY,
  N_SETTINGS
} Setting;

/* In the file's terms, and the option that overrides it, if there is one. */
static const struct
{
  const char *group, *key, *option;
} settings[N_SETTINGS] = {
  [SETTING_NAME] = { "agent", "name", "--name" },
  [SETTING_URI] = { "agent", "uri", "--uri" },
  [SETTING_STATE_DIR] = { "agent", "state-dir", "--state-dir" },
  [SETTING_SIMULATE] = { "agent", "simulate", "--simulate" },
  [SETTING_INTERFACE] = { "network", "interface", "--interface" },
  [SETTING_ZONE] = { "network", "zone", "--zone" },
  [SETTING_PEERS] = { "network", "peers", "--peer" },
  [SETTING_INSECURE] = { "network", "insecure", "--insecure" },
  [SETTING_LEASE] = { "network", "lease", "--lease" },
  [SETTING_ALLOW_POWER] = { "host", "allow-power", NULL },
  [SETTING_HISTORY_SIZE] = { "history", "size", NULL },
  [SETTING_HTTP_LISTEN] = { "http", "listen", NULL },
  [SETTING_HTTP_PORT] = { "http", "port", NULL },
  [SETTING_TEMPLATES_POOL] = { "templates", "pool", NULL },
  [SETTING_TEMPLATES_PATH] = { "templates", "path", NULL },
  [SETTING_TEMPLATES_CLONES] = { "templates", "clones", NULL },
  [SETTING_TEMPLATES_SIZE_MAX] = { "templates", "size-max", NULL },
  [SETTING_TEMPLATES_UPLOADS] = { "templates", "uploads", NULL },
  [SETTING_TEMPLATES_RATE] = { "templates", "rate", NULL },
  [SETTING_TEMPLATES_LOOK] = { "templates", "look", NULL },
  [SETTING_CERTIFICATE] = { "security", "certificate", NULL },
  [SETTING_KEY] = { "security", "key", NULL },
  [SETTING_AUTHORITY] = { "security", "authority", NULL },
};

/* What was set as text, and where, for messages. */
typedef struct
{
  char *value[N_SETTINGS];
  char *origin[N_SETTINGS];
} Given;

static void
given_set (Given *given, Setting setting, const char *value, char *origin)
{
  g_free (given->value[setting]);
  g_free (given->origin[setting]);
  given->value[setting] = g_strstrip (g_strdup (value));
  given->origin[setting] = origin;
}

static void
given_clear (Given *given)
{
  for (guint i = 0; i < N_SETTINGS; i++)
    {
      g_free (given->value[i]);
      g_free (given->origin[i]);
    }
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

G_GNUC_PRINTF (2, 3)
static gboolean
wrong (GError **error, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_VALUE, format, args);
  va_end (args);
  return FALSE;
}

/* What was written makes no sense by itself; on the command line that is wrong usage. */
G_GNUC_PRINTF (4, 5)
static gboolean
senseless (const Given *given, Setting setting, GError **error, const char *format, ...)
{
  const char *origin = given->origin[setting];
  va_list args;
  va_start (args, format);
  g_autofree char *problem = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, AGENT_CONFIG_ERROR,
               g_str_has_prefix (origin, "--") ? AGENT_CONFIG_ERROR_USAGE
                                               : AGENT_CONFIG_ERROR_VALUE,
               "%s: %s", origin, problem);
  return FALSE;
}

/* The names of @group's keys; NULL where there is no such group. */
static char *
keys_of (const char *group)
{
  GString *keys = g_string_new (NULL);
  for (guint i = 0; i < N_SETTINGS; i++)
    if (strcmp (settings[i].group, group) == 0)
      g_string_append_printf (keys, "%s%s", keys->len > 0 ? ", " : "", settings[i].key);
  return g_string_free (keys, keys->len == 0);
}

static gboolean
read_group (Given *given, GKeyFile *file, const char *path, const char *group, GError **error)
{
  g_autofree char *known = keys_of (group);
  if (known == NULL)
    return wrong (error,
                  "%s: there is no group [%s]; there are [agent], [network], "
                  "[host], [history], [http], [templates] and [security]",
                  path, group);

  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  for (guint k = 0; keys != NULL && keys[k] != NULL; k++)
    {
      guint i = 0;
      while (i < N_SETTINGS
             && (strcmp (settings[i].group, group) != 0 || strcmp (settings[i].key, keys[k]) != 0))
        i++;
      if (i == N_SETTINGS)
        return wrong (error, "%s: [%s] has no key \"%s\"; it has %s", path, group, keys[k], known);

      g_autofree char *value = g_key_file_get_string (file, group, keys[k], error);
      if (value == NULL)
        {
          g_prefix_error (error, "%s: [%s] %s: ", path, group, keys[k]);
          return FALSE;
        }
      given_set (given, i, value, g_strdup_printf ("%s: [%s] %s", path, group, keys[k]));
    }
  return TRUE;
}

static gboolean
read_file (Given *given, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) local = NULL;
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &local))
    return wrong (error, "configuration %s cannot be read: %s", path, local->message);

  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!read_group (given, file, path, groups[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
to_boolean (const Given *given, Setting setting, gboolean *value, GError **error)
{
  const char *text = given->value[setting];
  if (text == NULL)
    return TRUE;
  if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
    return senseless (given, setting, error, "\"%s\" is neither true nor false", text);
  *value = strcmp (text, "true") == 0;
  return TRUE;
}

static gboolean
to_number (const Given *given, Setting setting, guint min, guint max, guint *value, GError **error)
{
  guint64 number;
  if (given->value[setting] == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (given->value[setting], 10, min, max, &number, NULL))
    return senseless (given, setting, error, "\"%s\" is not a number from %u to %u",
                      given->value[setting], min, max);
  *value = number;
  return TRUE;
}

static gboolean
to_text (const Given *given, Setting setting, gsize max, char **value, GError **error)
{
  const char *text = given->value[setting];
  if (text == NULL)
    return TRUE;
  if (*text == '\0')
    return senseless (given, setting, error, "is empty");
  if (strlen (text) > max || !g_utf8_validate (text, -1, NULL))
    return senseless (given, setting, error,
                      "is not UTF-8 text of at most %" G_GSIZE_FORMAT " bytes", max);
  g_free (*value);
  *value = g_strdup (text);
  return TRUE;
}

static char **
split_peers (const char *text)
{
  g_autoptr (GStrvBuilder) peers = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit_set (text, ";,", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (peers, parts[i]);
  return g_strv_builder_end (peers);
}

static gboolean
apply (AgentConfig *config, const Given *given, GError **error)
{
  MuriZoneSettings *zone = config->zone;
  if (!to_text (given, SETTING_NAME, 255, &config->name, error)
      || !to_text (given, SETTING_URI, 255, &config->uri, error)
      || !to_text (given, SETTING_STATE_DIR, 4000, &config->state_dir, error)
      || !to_text (given, SETTING_INTERFACE, 15, &zone->interface, error)
      || !to_boolean (given, SETTING_SIMULATE, &config->simulate, error)
      || !to_boolean (given, SETTING_INSECURE, &config->insecure, error)
      || !to_boolean (given, SETTING_ALLOW_POWER, &config->allow_power, error)
      || !to_number (given, SETTING_ZONE, 0, MURI_ZONE_MAX, &zone->zone, error)
      || !to_number (given, SETTING_LEASE, 1, LEASE_MAX, &zone->lease, error)
      || !to_number (given, SETTING_HISTORY_SIZE, 0, HISTORY_SIZE_MAX, &config->history_size, error)
      || !to_text (given, SETTING_HTTP_LISTEN, 63, &config->http_listen, error)
      || !to_number (given, SETTING_HTTP_PORT, 0, G_MAXUINT16, &config->http_port, error)
      || !to_text (given, SETTING_TEMPLATES_POOL, 63, &config->templates_pool, error)
      || !to_text (given, SETTING_TEMPLATES_PATH, 1000, &config->templates_path, error)
      || !to_text (given, SETTING_TEMPLATES_CLONES, 63, &config->templates_clones, error)
      || !to_number (given, SETTING_TEMPLATES_SIZE_MAX, 1, TEMPLATE_SIZE_MAX,
                     &config->templates_size_max, error)
      || !to_number (given, SETTING_TEMPLATES_UPLOADS, 1, UPLOADS_MAX, &config->templates_uploads,
                     error)
      || !to_number (given, SETTING_TEMPLATES_RATE, 0, G_MAXUINT, &config->templates_rate, error)
      || !to_boolean (given, SETTING_TEMPLATES_LOOK, &config->templates_look, error)
      || !to_text (given, SETTING_CERTIFICATE, 4000, &config->certificate, error)
      || !to_text (given, SETTING_KEY, 4000, &config->key, error)
      || !to_text (given, SETTING_AUTHORITY, 4000, &config->authority, error))
    return FALSE;
  if (given->value[SETTING_PEERS] != NULL)
    {
      g_strfreev (zone->peers);
      zone->peers = split_peers (given->value[SETTING_PEERS]);
    }
  return agent_config_check (config, error);
}

static gboolean
check_uri (const char *uri, GError **error)
{
  static const char *const schemes[] = { "qemu",     "test",   "lxc",          "xen",
                                         "ch",       "bhyve",  "vbox",         "vmwareplayer",
                                         "vmwarews", "esx",    "vpx",          "hyperv",
                                         "vz",       "openvz", "vmwarefusion", NULL };
  const char *colon = strstr (uri, "://");
  g_autofree char *scheme = g_strndup (uri, colon != NULL ? (gsize)(colon - uri) : 0);
  scheme[strcspn (scheme, "+")] = '\0';
  if (!g_strv_contains (schemes, scheme))
    return wrong (error,
                  "libvirt URI \"%s\" is of no known kind; right are, for example, qemu:///system, "
                  "qemu:///session, lxc:///system and test:///default",
                  uri);

  /* The embedded test driver's path is a file of this machine. */
  if (!g_str_has_prefix (uri, "test:///"))
    return TRUE;
  g_autofree char *path = g_strndup (uri + strlen ("test://"), strcspn (uri + 7, "?"));
  struct stat st;
  if (strcmp (path, "/default") != 0 && (stat (path, &st) != 0 || !S_ISREG (st.st_mode)))
    return wrong (error,
                  "libvirt URI \"%s\": there is no file \"%s\"; right is test:///default "
                  "or the path of a node file",
                  uri, path);
  return TRUE;
}

static gboolean
check_interface (AgentConfig *config, GError **error)
{
  const char *name = config->zone->interface;
  g_autoptr (GPtrArray) interfaces = muri_interfaces_list ();
  const MuriInterface *interface = muri_interfaces_find (interfaces, name);
  if (interface == NULL)
    {
      g_autoptr (GString) names = g_string_new (NULL);
      for (guint i = 0; i < interfaces->len; i++)
        {
          const MuriInterface *other = g_ptr_array_index (interfaces, i);
          g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", other->name);
        }
      return wrong (error,
                    "network interface \"%s\" does not exist, is down or has no IPv4 address; "
                    "usable here: %s",
                    name, names->str);
    }
  if (!interface->loopback && !config->insecure)
    return wrong (error,
                  "network interface \"%s\" is no loopback, and without DDS Security anybody on "
                  "that network could command this host; use lo, or say insecure=true",
                  name);
  g_free (config->address);
  config->address = g_strdup (interface->address);
  config->insecure = !interface->loopback;
  return TRUE;
}

/* Without one, where the fleet speaks. */
static gboolean
check_http (AgentConfig *config, GError **error)
{
  const char *listen = config->http_listen;
  g_autoptr (GInetAddress) address =
      listen != NULL ? g_inet_address_new_from_string (listen) : NULL;
  if (listen == NULL)
    return TRUE;
  if (address == NULL)
    return wrong (error, "[http] listen: \"%s\" is no address, such as 192.0.2.7", listen);
  if (!g_inet_address_get_is_loopback (address) && !config->insecure)
    return wrong (error,
                  "[http] listen: \"%s\" is no loopback, and the network interface \"%s\" is; the "
                  "history is served where the fleet speaks",
                  listen, config->zone->interface);
  return TRUE;
}

/* What the files hold is looked at when the node is known: agent_security_check(). */
static gboolean
check_security (AgentConfig *config, GError **error)
{
  const char *const paths[] = { config->certificate, config->key, config->authority };
  static const char *const keys[] = { "certificate", "key", "authority" };
  guint n = 0;
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      n += paths[i] != NULL;
      if (paths[i] != NULL && !g_path_is_absolute (paths[i]))
        return wrong (error, "[security] %s: \"%s\" is not an absolute path", keys[i], paths[i]);
    }
  for (guint i = 0; n > 0 && i < G_N_ELEMENTS (paths); i++)
    if (paths[i] == NULL)
      return wrong (error,
                    "[security] has no %s; certificate, key and authority are needed together, or "
                    "none of them",
                    keys[i]);
  return TRUE;
}

/* Fills in the interface's address, and whether the node is insecure in fact. */
gboolean
agent_config_check (AgentConfig *config, GError **error)
{
  g_autoptr (GError) local = NULL;
  if (!check_uri (config->uri, error))
    return FALSE;
  if (!g_path_is_absolute (config->state_dir))
    return wrong (error, "state directory \"%s\" is not an absolute path", config->state_dir);
  if (config->templates_path != NULL && !g_path_is_absolute (config->templates_path))
    return wrong (error, "[templates] path: \"%s\" is not an absolute path",
                  config->templates_path);
  if (config->simulate && !g_str_has_prefix (config->uri, "test:"))
    return wrong (error,
                  "a workload is simulated on the test driver only (test:///…), and the URI "
                  "is \"%s\"",
                  config->uri);
  if (!check_interface (config, error) || !check_http (config, error)
      || !check_security (config, error))
    return FALSE;
  if (!muri_zone_settings_check (config->zone, &local))
    return wrong (error, "%s", local->message);
  return TRUE;
}

char *
agent_config_default_templates_path (const AgentConfig *config)
{
  return g_str_has_prefix (config->uri, "test")
             ? g_build_filename (config->state_dir, "images", NULL)
             : g_strdup (DEFAULT_POOL_PATH);
}

AgentConfig *
agent_config_new (const char *uri, const char *state_dir, guint zone)
{
  AgentConfig *config = g_new0 (AgentConfig, 1);
  config->name = g_strdup (g_get_host_name ());
  config->uri = g_strdup (uri);
  config->state_dir = g_strdup (state_dir);
  config->zone = muri_zone_settings_new (zone, "lo", MURI_ROLE_AGENT);
  config->join_within = DEFAULT_JOIN_WITHIN;
  config->history_size = DEFAULT_HISTORY_SIZE;
  config->serve = TRUE;
  config->templates_pool = g_strdup (DEFAULT_POOL);
  config->templates_size_max = DEFAULT_TEMPLATE_SIZE;
  config->templates_uploads = DEFAULT_UPLOADS;
  config->templates_look = TRUE;
  return config;
}

AgentConfig *
agent_config_copy (const AgentConfig *config)
{
  AgentConfig *copy = g_new (AgentConfig, 1);
  *copy = *config;
  copy->name = g_strdup (config->name);
  copy->uri = g_strdup (config->uri);
  copy->state_dir = g_strdup (config->state_dir);
  copy->address = g_strdup (config->address);
  copy->http_listen = g_strdup (config->http_listen);
  copy->templates_pool = g_strdup (config->templates_pool);
  copy->templates_path = g_strdup (config->templates_path);
  copy->templates_clones = g_strdup (config->templates_clones);
  copy->certificate = g_strdup (config->certificate);
  copy->key = g_strdup (config->key);
  copy->authority = g_strdup (config->authority);
  copy->zone = muri_zone_settings_copy (config->zone);
  return copy;
}

void
agent_config_free (AgentConfig *config)
{
  g_free (config->name);
  g_free (config->uri);
  g_free (config->state_dir);
  g_free (config->address);
  g_free (config->http_listen);
  g_free (config->templates_pool);
  g_free (config->templates_path);
  g_free (config->templates_clones);
  g_free (config->certificate);
  g_free (config->key);
  g_free (config->authority);
  muri_zone_settings_free (config->zone);
  g_free (config);
}

/* The options that take a value, as GOption leaves them. */
typedef struct
{
  char *file;
  char *text[N_SETTINGS];
  char **peers;
  gboolean simulate, insecure, version;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->file);
  g_strfreev (options->peers);
  for (guint i = 0; i < N_SETTINGS; i++)
    g_free (options->text[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *o, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "config", 'c', 0, G_OPTION_ARG_FILENAME, &o->file,
      "Configuration (default " MURI_SYSCONFDIR "/muri/muri-agent.conf, if it exists)", "FILE" },
    { "uri", 'u', 0, G_OPTION_ARG_STRING, &o->text[SETTING_URI],
      "libvirt's URI (default qemu:///system)", "URI" },
    { "state-dir", 's', 0, G_OPTION_ARG_FILENAME, &o->text[SETTING_STATE_DIR],
      "Where identity and journal are kept (default " DEFAULT_STATE_DIR ")", "DIR" },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &o->text[SETTING_NAME],
      "What this node is called (default: its host name)", "NAME" },
    { "interface", 'i', 0, G_OPTION_ARG_STRING, &o->text[SETTING_INTERFACE],
      "Network interface of the data space (default lo)", "NAME" },
    { "zone", 'z', 0, G_OPTION_ARG_STRING, &o->text[SETTING_ZONE], "Zone, 0 to 232 (default 0)",
      "N" },
    { "peer", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &o->peers,
      "A console's host, where multicast does not reach (may be repeated)", "HOST" },
    { "lease", 0, 0, G_OPTION_ARG_STRING, &o->text[SETTING_LEASE],
      "Seconds of silence after which a peer counts as gone (default 10)", "SECONDS" },
    { "insecure", 0, 0, G_OPTION_ARG_NONE, &o->insecure,
      "Speak off loopback although anybody there could command this host", NULL },
    { "simulate", 0, 0, G_OPTION_ARG_NONE, &o->simulate,
      "Invent a workload for the VMs of the test driver, and remember them", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Show the version", NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- Muri's agent of one host");
  g_option_context_add_main_entries (context, entries, NULL);

  g_autofree char **args = g_new0 (char *, argc + 1);
  memcpy (args, argv, argc * sizeof *args);
  g_autoptr (GError) local = NULL;
  if (!g_option_context_parse (context, &argc, &args, &local))
    g_set_error (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE, "%s; see --help",
                 local->message);
  else if (argc > 1)
    g_set_error (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_USAGE,
                 "\"%s\" is not expected here; see --help", args[1]);
  else if (o->version)
    {
      g_print ("muri-agent %s\n", MURI_VERSION);
      g_set_error_literal (error, AGENT_CONFIG_ERROR, AGENT_CONFIG_ERROR_DONE, "answered");
    }
  else
    return TRUE;
  return FALSE;
}

static void
override (Given *given, const Options *options)
{
  for (guint i = 0; i < N_SETTINGS; i++)
    if (options->text[i] != NULL)
      given_set (given, i, options->text[i], g_strdup (settings[i].option));
  if (options->simulate)
    given_set (given, SETTING_SIMULATE, "true", g_strdup ("--simulate"));
  if (options->insecure)
    given_set (given, SETTING_INSECURE, "true", g_strdup ("--insecure"));
  if (options->peers != NULL)
    {
      g_autofree char *peers = g_strjoinv (";", options->peers);
      given_set (given, SETTING_PEERS, peers, g_strdup ("--peer"));
    }
}

AgentConfig *
agent_config_load (int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  g_auto (Given) given = { 0 };
  if (!parse_options (&options, argc, argv, error))
    return NULL;

  const char *standard = MURI_SYSCONFDIR "/muri/muri-agent.conf";
  if (options.file != NULL || g_file_test (standard, G_FILE_TEST_EXISTS))
    if (!read_file (&given, options.file != NULL ? options.file : standard, error))
      return NULL;
  override (&given, &options);

  const char *state_dir = g_getenv ("STATE_DIRECTORY");
  if (state_dir == NULL || *state_dir == '\0')
    state_dir = DEFAULT_STATE_DIR;
  g_autoptr (AgentConfig) config = agent_config_new ("qemu:///system", state_dir, 0);
  if (!apply (config, &given, error))
    return NULL;
  return g_steal_pointer (&config);
}
