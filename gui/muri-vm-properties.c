/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "muri-config.h"

#include "muri-vm-properties.h"

#include <glib/gi18n.h>

#include "muri-format.h"
#include "muri-uuid.h"

static MuriPropertyRow *
add (AdwPreferencesGroup *group, const char *title, gboolean copyable)
{
  GtkWidget *row = muri_property_row_new (title, NULL, copyable);

  adw_preferences_group_add (group, row);
  return MURI_PROPERTY_ROW (row);
}

void
muri_vm_properties_init (MuriVmProperties *self, AdwPreferencesGroup *machine,
                         AdwPreferencesGroup *network, AdwPreferencesGroup *disks)
{
  self->network = network;
  self->disks = disks;
  self->network_rows = g_ptr_array_new ();
  self->disk_rows = g_ptr_array_new ();
  self->title = add (machine, _ ("Title"), FALSE);
  self->os = add (machine, _ ("Operating system"), FALSE);
  self->since = add (machine, _ ("In this state for"), FALSE);
  self->uptime = add (machine, _ ("Uptime"), FALSE);
  self->host_cpu = add (machine, _ ("Share of the host’s CPU"), FALSE);
  self->vcpus = add (machine, _ ("vCPUs"), FALSE);
  self->memory = add (machine, _ ("Memory"), FALSE);
  self->machine = add (machine, _ ("Machine"), FALSE);
  self->autostart = add (machine, _ ("Started with the host"), FALSE);
  self->persistent = add (machine, _ ("Kept when off"), FALSE);
  self->saved = add (machine, _ ("Saved state"), FALSE);
  self->guest_agent = add (machine, _ ("Guest agent"), FALSE);
  self->uuid = add (machine, _ ("UUID"), TRUE);
}

void
muri_vm_properties_clear (MuriVmProperties *self)
{
  g_clear_pointer (&self->network_rows, g_ptr_array_unref);
  g_clear_pointer (&self->disk_rows, g_ptr_array_unref);
}

static void
empty (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, rows->pdata[i]);
  g_ptr_array_set_size (rows, 0);
}

static void
append (AdwPreferencesGroup *group, GPtrArray *rows, GtkWidget *row)
{
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

/* "virtio · default · vnet3", of what is known of it. */
static char *
join (const char *first, const char *second, const char *third)
{
  const char *all[] = { first, second, third };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i] && *all[i])
      g_string_append_printf (text, "%s%s", text->len ? " · " : "", all[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GtkWidget *
make_device_row (const char *title, const char *subtitle, const char *value)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *label = gtk_label_new (value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  return row;
}

static void
update_network (MuriVmProperties *self, const MuriVmFacts *facts)
{
  empty (self->network, self->network_rows);
  for (guint i = 0; i < facts->n_addresses; i++)
    append (self->network, self->network_rows,
            muri_property_row_new (_ ("Address"), facts->addresses[i], TRUE));
  for (guint i = 0; i < facts->n_nics; i++)
    {
      const MuriNic *nic = &facts->nics[i];
      g_autofree char *words = join (nic->model, nic->network, nic->target);

      append (self->network, self->network_rows, make_device_row (nic->mac, words, NULL));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->network), self->network_rows->len > 0);
}

static void
update_disks (MuriVmProperties *self, const MuriVmFacts *facts)
{
  empty (self->disks, self->disk_rows);
  for (guint i = 0; i < facts->n_disks; i++)
    {
      const MuriDisk *disk = &facts->disks[i];
      g_autofree char *title = join (disk->target, disk->device, disk->bus);
      g_autofree char *size = NULL;

      if (disk->capacity && disk->allocation)
        size = muri_format_memory ((double)disk->allocation, (double)disk->capacity);
      else if (disk->capacity)
        size = muri_format_size ((double)disk->capacity);
      append (self->disks, self->disk_rows,
              make_device_row (title, *disk->source ? disk->source : _ ("No medium"), size));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->disks), self->disk_rows->len > 0);
}

static char *
format_vcpus (const MuriVmFacts *facts)
{
  if (facts->vcpus_max > facts->vcpus)
    /* Translators: vCPUs, and how many it may have */
    return g_strdup_printf (C_ ("vCPUs", "%u of at most %u"), facts->vcpus, facts->vcpus_max);
  return g_strdup_printf ("%u", facts->vcpus);
}

static char *
format_memory (const MuriVmFacts *facts)
{
  g_autofree char *memory = muri_format_size (facts->memory * 1024.0);
  g_autofree char *most = muri_format_size (facts->memory_max * 1024.0);

  if (facts->memory_max > facts->memory)
    /* Translators: memory, and how much it may have */
    return g_strdup_printf (C_ ("memory", "%s of at most %s"), memory, most);
  return g_steal_pointer (&memory);
}

static const char *
yes_or_no (gboolean value)
{
  return value ? _ ("Yes") : _ ("No");
}

void
muri_vm_properties_update (MuriVmProperties *self, MuriVm *vm)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);
  char uuid[MURI_UUID_TEXT];

  muri_property_row_set_value (self->title, facts->title);
  muri_property_row_set_value (self->os, facts->os);
  muri_property_row_take_value (self->vcpus, facts->vcpus ? format_vcpus (facts) : NULL);
  muri_property_row_take_value (self->memory, facts->memory ? format_memory (facts) : NULL);
  muri_property_row_take_value (self->machine, join (facts->machine, facts->arch, NULL));
  muri_property_row_set_value (self->autostart, yes_or_no (facts->autostart));
  muri_property_row_set_value (self->persistent, yes_or_no (facts->persistent));
  muri_property_row_set_value (self->saved, facts->managed_save ? _ ("Yes") : NULL);
  muri_property_row_set_value (self->guest_agent, facts->guest_agent ? _ ("Answers") : NULL);
  muri_property_row_set_value (self->uuid, muri_uuid_format (muri_vm_get_uuid (vm), uuid));
  update_network (self, facts);
  update_disks (self, facts);
}

void
muri_vm_properties_update_times (MuriVmProperties *self, MuriVm *vm)
{
  const MuriVmFacts *facts = muri_vm_get_facts (vm);
  gint64 now = g_get_real_time ();
  gboolean known = muri_vm_is_known (vm);
  g_autofree char *share = muri_format_share (muri_vm_get_figure (vm, MURI_FIGURE_HOST_CPU));

  muri_property_row_take_value (
      self->since, known && facts->since ? muri_format_duration (now - facts->since) : NULL);
  muri_property_row_take_value (
      self->uptime, known && facts->booted ? muri_format_duration (now - facts->booted) : NULL);
  muri_property_row_set_value (self->host_cpu, share);
}
