/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "muri-column.h"

#include <glib/gi18n.h>
#include <math.h>

#include "muri-counted.h"
#include "muri-format.h"

enum
{
  VMS = 1 << 0,
  HOSTS = 1 << 1,
};

static const struct
{
  const char *id;
  const char *title;
  int widths[2]; /* of VMs, of hosts */
  int applies;
  gboolean figure;
} infos[MURI_N_COLUMNS] = {
  [MURI_COLUMN_NAME] = { "name", NC_ ("column", "Name"), { 140, 140 }, VMS | HOSTS, FALSE },
  [MURI_COLUMN_STATE] = { "state", NC_ ("column", "State"), { 130, 150 }, VMS | HOSTS, FALSE },
  [MURI_COLUMN_HOST] = { "host", NC_ ("column", "Host"), { 84, 84 }, VMS, FALSE },
  [MURI_COLUMN_VMS] = { "vms", NC_ ("column", "VMs"), { 120, 136 }, HOSTS, FALSE },
  [MURI_COLUMN_ADDRESS] = { "address",
                            NC_ ("column", "IP Address"),
                            { 124, 124 },
                            VMS | HOSTS,
                            FALSE },
  [MURI_COLUMN_CPU] = { "cpu", NC_ ("column", "CPU"), { 138, 90 }, VMS | HOSTS, TRUE },
  [MURI_COLUMN_MEMORY] = { "memory", NC_ ("column", "Memory"), { 110, 124 }, VMS | HOSTS, TRUE },
  [MURI_COLUMN_DISK] = { "disk", NC_ ("column", "Disk"), { 82, 88 }, VMS | HOSTS, TRUE },
  [MURI_COLUMN_NETWORK] = { "network", NC_ ("column", "Network"), { 82, 88 }, VMS | HOSTS, TRUE },
  [MURI_COLUMN_UPTIME] = { "uptime", NC_ ("column", "Uptime"), { 108, 110 }, VMS | HOSTS, TRUE },
  [MURI_COLUMN_SUMMARY] = { "summary", NULL, { 0, 0 }, 0, FALSE },
};

const char *
muri_column_get_id (MuriColumn column)
{
  return infos[column].id;
}

gboolean
muri_column_from_id (const char *id, MuriColumn *column)
{
  for (guint i = 0; i < MURI_N_COLUMNS; i++)
    if (g_str_equal (infos[i].id, id))
      {
        *column = i;
        return TRUE;
      }
  return FALSE;
}

const char *
muri_column_get_title (MuriColumn column)
{
  return g_dpgettext2 (NULL, "column", infos[column].title);
}

int
muri_column_get_width (MuriColumn column, GType item_type)
{
  return infos[column].widths[item_type == MURI_TYPE_NODE];
}

gboolean
muri_column_applies (MuriColumn column, GType item_type)
{
  return (infos[column].applies & (item_type == MURI_TYPE_NODE ? HOSTS : VMS)) != 0;
}

gboolean
muri_column_is_figure (MuriColumn column)
{
  return infos[column].figure;
}

gboolean
muri_column_is_number (MuriColumn column)
{
  return infos[column].figure || column == MURI_COLUMN_STATE || column == MURI_COLUMN_VMS;
}

gboolean
muri_item_is_known (gpointer item)
{
  return MURI_IS_VM (item) ? muri_vm_is_known (item) : muri_node_is_reachable (item);
}

const char *
muri_item_get_name (gpointer item)
{
  return MURI_IS_VM (item) ? muri_vm_get_name (item) : muri_node_get_name (item);
}

static double
figure_of (gpointer item, MuriFigure figure)
{
  return MURI_IS_VM (item) ? muri_vm_get_figure (item, figure)
                           : muri_node_get_figure (item, figure);
}

/* A sum of which one half is unknown is unknown. */
static double
sum_of (gpointer item, MuriFigure a, MuriFigure b)
{
  return figure_of (item, a) + figure_of (item, b);
}

static double
memory_of (gpointer item)
{
  guint64 kib =
      MURI_IS_VM (item) ? muri_vm_get_facts (item)->memory : muri_node_get_facts (item)->memory;

  return kib > 0 ? kib * 1024.0 : NAN;
}

static double
uptime_of (gpointer item)
{
  gint64 booted;

  if (!muri_item_is_known (item))
    return NAN;
  booted =
      MURI_IS_VM (item) ? muri_vm_get_facts (item)->booted : muri_node_get_facts (item)->booted;
  return booted > 0 ? MAX (0, g_get_real_time () - booted) : NAN;
}

/* The troubled first, then the busy, then the resting. */
static double
state_rank (gpointer item)
{
  static const guint8 of_vm[] = {
    [MURI_VM_STATE_CRASHED] = 1,   [MURI_VM_STATE_PAUSED] = 2,    [MURI_VM_STATE_STARTING] = 3,
    [MURI_VM_STATE_STOPPING] = 4,  [MURI_VM_STATE_MIGRATING] = 5, [MURI_VM_STATE_RUNNING] = 6,
    [MURI_VM_STATE_SUSPENDED] = 7, [MURI_VM_STATE_SAVED] = 8,     [MURI_VM_STATE_OFF] = 9
  };
  static const guint8 of_node[] = { [MURI_NODE_HYPERVISOR_DOWN] = 1,
                                    [MURI_NODE_UNREACHABLE] = 2,
                                    [MURI_NODE_STALE] = 3,
                                    [MURI_NODE_STOPPED] = 4,
                                    [MURI_NODE_UP] = 5 };
  guint state;

  if (MURI_IS_NODE (item))
    return of_node[MIN (muri_node_get_state (item), G_N_ELEMENTS (of_node) - 1)];
  if (!muri_vm_is_known (item))
    return NAN;
  state = muri_vm_get_state (item);
  return state < G_N_ELEMENTS (of_vm) && of_vm[state] ? of_vm[state] : NAN;
}

double
muri_column_get_number (MuriColumn column, gpointer item)
{
  switch (column)
    {
    case MURI_COLUMN_STATE:
      return state_rank (item);
    case MURI_COLUMN_VMS:
      return muri_node_get_n_vms (item);
    case MURI_COLUMN_CPU:
      return figure_of (item, MURI_FIGURE_CPU);
    case MURI_COLUMN_MEMORY:
      return figure_of (item, MURI_FIGURE_MEMORY);
    case MURI_COLUMN_DISK:
      return sum_of (item, MURI_FIGURE_DISK_READ, MURI_FIGURE_DISK_WRITE);
    case MURI_COLUMN_NETWORK:
      return sum_of (item, MURI_FIGURE_NET_RX, MURI_FIGURE_NET_TX);
    case MURI_COLUMN_UPTIME:
      return uptime_of (item);
    default:
      return NAN;
    }
}

static char *
vms_text (MuriNode *node)
{
  guint n = muri_node_get_n_vms (node);

  if (!muri_node_is_reachable (node))
    return muri_counted (ngettext ("%u VM", "%u VMs", n), n);
  /* Translators: so many VMs are running, of so many; in a narrow cell */
  return muri_counted (C_ ("cell", "%u of %u running"), muri_node_get_n_running (node), n);
}

static char *
summary_text (gpointer item)
{
  g_autofree char *state = muri_column_dup_text (MURI_COLUMN_STATE, item);
  g_autofree char *detail =
      MURI_IS_VM (item) ? g_strdup (muri_node_get_name (muri_vm_get_node (item))) : vms_text (item);

  return g_strdup_printf ("%s · %s", state, detail);
}

static char *
address_text (gpointer item)
{
  const char *address =
      MURI_IS_VM (item) ? muri_vm_get_address (item) : muri_node_get_facts (item)->address;

  return g_strdup (address && *address ? address : MURI_FORMAT_UNKNOWN);
}

char *
muri_column_dup_text (MuriColumn column, gpointer item)
{
  double number;

  switch (column)
    {
    case MURI_COLUMN_NAME:
      return g_strdup (muri_item_get_name (item));
    case MURI_COLUMN_STATE:
      return MURI_IS_VM (item) ? muri_format_vm_status (item) : muri_format_node_status (item);
    case MURI_COLUMN_HOST:
      return g_strdup (muri_node_get_name (muri_vm_get_node (item)));
    case MURI_COLUMN_VMS:
      return vms_text (item);
    case MURI_COLUMN_ADDRESS:
      return address_text (item);
    case MURI_COLUMN_SUMMARY:
      return summary_text (item);
    default:
      break;
    }

  number = muri_column_get_number (column, item);
  switch (column)
    {
    case MURI_COLUMN_CPU:
      return muri_format_share (number);
    case MURI_COLUMN_MEMORY:
      return isnan (number) ? g_strdup (MURI_FORMAT_UNKNOWN)
                            : muri_format_memory (number, memory_of (item));
    case MURI_COLUMN_UPTIME:
      return isnan (number) ? g_strdup (MURI_FORMAT_UNKNOWN) : muri_format_duration (number);
    default:
      return muri_format_rate (number);
    }
}

double
muri_column_get_fraction (MuriColumn column, gpointer item)
{
  if (column == MURI_COLUMN_MEMORY)
    return figure_of (item, MURI_FIGURE_MEMORY) / memory_of (item);
  if (column == MURI_COLUMN_CPU && MURI_IS_NODE (item))
    return figure_of (item, MURI_FIGURE_CPU);
  return NAN;
}

gboolean
muri_column_depends_on (MuriColumn column, const char *property)
{
  if (infos[column].figure)
    return g_str_equal (property, "figures") || g_str_equal (property, "known")
           || g_str_equal (property, "state");

  switch (column)
    {
    case MURI_COLUMN_NAME:
      return g_str_equal (property, "name") || g_str_equal (property, "known")
             || g_str_equal (property, "state") || g_str_equal (property, "facts");
    case MURI_COLUMN_VMS:
    case MURI_COLUMN_SUMMARY:
      return g_str_equal (property, "known") || g_str_equal (property, "n-vms")
             || g_str_equal (property, "n-running") || g_str_equal (property, "state");
    case MURI_COLUMN_ADDRESS:
      return g_str_equal (property, "address") || g_str_equal (property, "facts")
             || g_str_equal (property, "known") || g_str_equal (property, "state");
    default:
      return g_str_equal (property, "state") || g_str_equal (property, "known")
             || g_str_equal (property, "pending") || g_str_equal (property, "facts");
    }
}

char *
muri_item_dup_label (gpointer item)
{
  g_autofree char *status = muri_column_dup_text (MURI_COLUMN_STATE, item);
  g_autofree char *lower = g_utf8_strdown (status, -1);

  if (MURI_IS_NODE (item))
    /* Translators: a host's name, its state */
    return g_strdup_printf (C_ ("row", "%s, %s"), muri_node_get_name (item), lower);
  /* Translators: a VM's name, its state, its host's name */
  return g_strdup_printf (C_ ("row", "%s, %s, %s"), muri_vm_get_name (item), lower,
                          muri_node_get_name (muri_vm_get_node (item)));
}
