/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-domain.h"

#include "muri-bus.h"

/* One a zone and interface of this process, whoever opens it first. */
typedef struct
{
  dds_domainid_t id;
  guint zone;
  char *interface;
  dds_entity_t entity;
  guint users;
} Domain;

static GMutex lock;
static GPtrArray *domains;

static void
domain_free (gpointer data)
{
  Domain *domain = data;

  g_free (domain->interface);
  g_free (domain);
}

static Domain *
find (guint zone, const char *interface)
{
  for (guint i = 0; i < domains->len; i++)
    {
      Domain *domain = g_ptr_array_index (domains, i);

      if (domain->zone == zone && g_str_equal (domain->interface, interface))
        return domain;
    }
  return NULL;
}

static Domain *
find_id (dds_domainid_t id, guint *place)
{
  for (guint i = 0; i < domains->len; i++)
    {
      Domain *domain = g_ptr_array_index (domains, i);

      if (domain->id == id)
        {
          if (place != NULL)
            *place = i;
          return domain;
        }
    }
  return NULL;
}

/* The zone's own number where it is free; else one that no zone has. */
static dds_domainid_t
free_id (guint zone)
{
  dds_domainid_t id = zone;

  while (find_id (id, NULL) != NULL)
    id = MAX (id, MURI_ZONE_MAX) + 1;
  return id;
}

/**
 * muri_domain_acquire:
 * @settings: settings that muri_zone_settings_check() accepts
 * @id: (out): what this process calls the domain; for dds_create_participant()
 * @error: why Cyclone DDS would not start
 *
 * Opens the domain of a zone on an interface, or shares the one that is open there, with the
 * configuration of who came first. Blocks for some milliseconds; any thread.
 *
 * Returns: whether there is one; then muri_domain_release() it
 */
gboolean
muri_domain_acquire (const MuriZoneSettings *settings, dds_domainid_t *id, GError **error)
{
  g_autofree char *xml = muri_zone_settings_to_xml (settings);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  Domain *domain;

  if (domains == NULL)
    domains = g_ptr_array_new_with_free_func (domain_free);

  domain = find (settings->zone, settings->interface);
  if (domain == NULL)
    {
      dds_domainid_t own = free_id (settings->zone);
      dds_entity_t entity = dds_create_domain (own, xml);

      if (entity < 0)
        {
          g_set_error (error, MURI_BUS_ERROR, MURI_BUS_ERROR_DOMAIN,
                       "Zone %u cannot be opened on interface %s: %s", settings->zone,
                       settings->interface, dds_strretcode (entity));
          return FALSE;
        }
      domain = g_new0 (Domain, 1);
      domain->id = own;
      domain->zone = settings->zone;
      domain->interface = g_strdup (settings->interface);
      domain->entity = entity;
      g_ptr_array_add (domains, domain);
    }

  domain->users++;
  *id = domain->id;
  return TRUE;
}

/**
 * muri_domain_release:
 * @id: what muri_domain_acquire() gave
 *
 * The last one closes the domain. Blocks; any thread.
 */
void
muri_domain_release (dds_domainid_t id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  guint place = 0;
  Domain *domain = find_id (id, &place);

  g_return_if_fail (domain != NULL);
  if (--domain->users > 0)
    return;
  dds_delete (domain->entity);
  g_ptr_array_remove_index_fast (domains, place);
}
