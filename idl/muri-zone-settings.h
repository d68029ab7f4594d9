/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A zone is a DDS domain; ports are 7400 + 250 * zone, so 232 is the last that fits. */
#define MURI_ZONE_MAX 232

typedef enum
{
  MURI_ROLE_AGENT,   /* discovers consoles, never other agents */
  MURI_ROLE_CONSOLE, /* discovers everyone */
} MuriRole;

/**
 * MuriZoneSettings:
 * @zone: DDS domain id, 0 to %MURI_ZONE_MAX
 * @interface: name of a network interface; never left to chance
 * @role: which side of the star
 * @peers: (nullable): host names or addresses; with any, multicast is off and the star is made
 *   of unicast
 * @lease: seconds after which a silent peer counts as gone; 0 for the default of 10
 * @many: this process has many participants (simulation)
 *
 * All that the DDS configuration is generated from. A plain value; free with
 * muri_zone_settings_free().
 */
typedef struct
{
  guint zone;
  char *interface;
  MuriRole role;
  char **peers;
  guint lease;
  gboolean many;
} MuriZoneSettings;

#define MURI_ZONE_SETTINGS_ERROR (muri_zone_settings_error_quark ())

typedef enum
{
  MURI_ZONE_SETTINGS_ERROR_ZONE,
  MURI_ZONE_SETTINGS_ERROR_INTERFACE,
  MURI_ZONE_SETTINGS_ERROR_PEER,
} MuriZoneSettingsError;

GQuark muri_zone_settings_error_quark (void);
MuriZoneSettings *muri_zone_settings_new (guint zone, const char *interface, MuriRole role);
MuriZoneSettings *muri_zone_settings_copy (const MuriZoneSettings *settings);
void muri_zone_settings_free (MuriZoneSettings *settings);
gboolean muri_zone_settings_check (const MuriZoneSettings *settings, GError **error);
char *muri_zone_settings_to_xml (const MuriZoneSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MuriZoneSettings, muri_zone_settings_free)

G_END_DECLS
