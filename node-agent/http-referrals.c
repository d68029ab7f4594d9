/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-referrals.h"

#include "muri-identity.h"
#include "muri-source.h"
#include "muri-uuid.h"

#define TEMPLATES_MAX 128
#define HOSTS_MAX 64
#define LISTED_MAX 16

/* Who was not heard for that long may have it no more. */
#define AGE_MAX (600 * G_USEC_PER_SEC)

typedef struct
{
  char *name; /* as the header has it */
  gint64 heard;
} Host;

struct _HttpReferrals
{
  GHashTable *templates; /* muri_v1_Uuid -> GArray of Host, the latest last */
};

static void
host_clear (gpointer data)
{
  g_free (((Host *)data)->name);
}

static char *
name_of (const HttpReferral *caller)
{
  guint64 number;
  muri_v1_Uuid node;
  g_autofree char *text = NULL;
  if (caller->port == NULL || !G_IS_INET_SOCKET_ADDRESS (caller->address)
      || !g_ascii_string_to_unsigned (caller->port, 10, 1, G_MAXUINT16, &number, NULL))
    return NULL;
  if (caller->secure
      && (caller->name == NULL
          || muri_identity_parse_name (caller->name, &node) != MURI_IDENTITY_NODE))
    return NULL;
  text = g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (caller->address)));
  return muri_source_format (caller->secure ? &node : NULL, text, (guint)number);
}

static GArray *
hosts_of (HttpReferrals *referrals, const muri_v1_Uuid *id)
{
  GArray *hosts = g_hash_table_lookup (referrals->templates, id);
  if (hosts != NULL)
    return hosts;
  if (g_hash_table_size (referrals->templates) >= TEMPLATES_MAX)
    g_hash_table_remove_all (referrals->templates);
  hosts = g_array_new (FALSE, FALSE, sizeof (Host));
  g_array_set_clear_func (hosts, host_clear);
  g_hash_table_insert (referrals->templates, g_memdup2 (id, sizeof *id), hosts);
  return hosts;
}

void
http_referrals_add (HttpReferrals *referrals, const muri_v1_Uuid *id, const HttpReferral *caller)
{
  Host host = { name_of (caller), g_get_monotonic_time () };
  GArray *hosts;
  if (host.name == NULL)
    return;
  hosts = hosts_of (referrals, id);
  for (guint i = 0; i < hosts->len; i++)
    if (g_str_equal (g_array_index (hosts, Host, i).name, host.name))
      {
        g_array_remove_index (hosts, i);
        break;
      }
  if (hosts->len >= HOSTS_MAX)
    g_array_remove_index (hosts, 0);
  g_array_append_val (hosts, host);
}

char *
http_referrals_list (HttpReferrals *referrals, const muri_v1_Uuid *id, const HttpReferral *caller)
{
  GArray *hosts = g_hash_table_lookup (referrals->templates, id);
  g_autofree char *self = name_of (caller);
  GString *list = g_string_new (NULL);
  gint64 now = g_get_monotonic_time ();
  guint n = 0;
  for (guint i = hosts != NULL ? hosts->len : 0; i > 0 && n < LISTED_MAX; i--)
    {
      const Host *host = &g_array_index (hosts, Host, i - 1);
      if (now - host->heard > AGE_MAX || g_strcmp0 (host->name, self) == 0)
        continue;
      g_string_append_printf (list, "%s%s", n++ > 0 ? ", " : "", host->name);
    }
  return g_string_free (list, n == 0);
}

HttpReferrals *
http_referrals_new (void)
{
  HttpReferrals *referrals = g_new0 (HttpReferrals, 1);
  referrals->templates = g_hash_table_new_full (muri_uuid_hash, muri_uuid_equal, g_free,
                                                (GDestroyNotify)g_array_unref);
  return referrals;
}

void
http_referrals_free (HttpReferrals *referrals)
{
  g_hash_table_unref (referrals->templates);
  g_free (referrals);
}
