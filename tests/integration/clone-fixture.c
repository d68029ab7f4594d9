/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clone-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "agent-template.h"

static void
make_image (const char *path, const char *image)
{
  g_autoptr (GError) error = NULL;
  const char *const empty[] = { "qemu-img", "create", "-q", "-f", "qcow2", path, "64M", NULL };
  const char *const copy[] = { "cp", "--sparse=always", image, path, NULL };
  g_autoptr (GSubprocess) process = g_subprocess_newv (image != NULL ? copy : empty, 0, &error);

  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
}

char *
clone_fixture_put_template (const char *state_dir, const muri_v1_Uuid *id, const char *xml,
                            const char *image)
{
  g_autofree char *images = g_build_filename (state_dir, "images", NULL);
  g_autofree char *templates = g_build_filename (state_dir, "templates", NULL);
  char text[MURI_UUID_TEXT];
  g_autofree char *volume = g_strdup_printf ("muri-%s.qcow2", muri_uuid_format (id, text));
  g_autoptr (AgentTemplate) template = agent_template_new (id, MURI_TEMPLATE_STATE_READY);
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (images, volume, NULL);
  GStatBuf found;

  g_mkdir_with_parents (images, 0755);
  g_mkdir_with_parents (templates, 0700);
  make_image (path, image);
  g_assert_cmpint (g_stat (path, &found), ==, 0);
  agent_template_set (&template->name, "tiny");
  agent_template_set (&template->format, "qcow2");
  agent_template_set (&template->pool, "muri");
  agent_template_set (&template->volume, volume);
  agent_template_set (&template->path, path);
  agent_template_set (&template->xml, xml);
  template->size = 64 * 1024 * 1024;
  template->allocation = (guint64)found.st_blocks * 512;
  template->vcpus = 1;
  template->memory = 90112;
  template->memory_min = 65536;
  template->created = g_get_real_time ();
  g_assert_true (agent_template_save (template, templates, &error));
  g_assert_no_error (error);
  return path;
}

void
clone_fixture_begin (CloneFixture *self, MuriTestLibvirtd *libvirtd, const char *xml,
                     const char *image)
{
  char id[MURI_UUID_TEXT];

  fixture_set_up (&self->fixture, NULL);
  muri_uuid_generate (&self->template_id);
  self->id = g_strdup (muri_uuid_format (&self->template_id, id));
  self->libvirtd = libvirtd;
  self->agent = muri_test_agent_spawn ("holder",
                                       self->relay != NULL ? muri_test_relay_get_uri (self->relay)
                                                           : muri_test_libvirtd_get_uri (libvirtd),
                                       NULL);
  self->node = fixture_await_node (&self->fixture, "holder");
  muri_test_agent_kill9 (self->agent);
  self->image = clone_fixture_put_template (muri_test_agent_get_state_dir (self->agent),
                                            &self->template_id, xml, image);
  g_hash_table_remove_all (self->fixture.nodes);
  muri_test_agent_restart (self->agent);
  fixture_await_node (&self->fixture, "holder");
  fixture_await (
      ((const muri_v1_Node *)g_hash_table_lookup (self->fixture.nodes, &self->node))->store[0]
      != '\0');
}

void
clone_fixture_end (CloneFixture *self)
{
  muri_test_agent_free (self->agent);
  g_clear_pointer (&self->relay, muri_test_relay_free);
  muri_test_libvirtd_free (self->libvirtd);
  fixture_tear_down (&self->fixture, NULL);
  g_free (self->image);
  g_free (self->id);
}

muri_v1_Operation *
clone_fixture_operation (CloneFixture *self, const char *prefix, guint n)
{
  muri_v1_Operation *operation = fixture_operation (&self->fixture, MURI_VERB_CLONE, 120);

  fixture_add_parameter (operation, MURI_PARAMETER_TEMPLATE, self->id);
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", prefix, i);
      muri_v1_Uuid vm;

      muri_uuid_generate (&vm);
      fixture_add_target (operation, &self->node, &vm);
      fixture_add_argument (operation, &self->node, &vm, name);
    }
  return operation;
}

const muri_v1_Uuid *
clone_fixture_target (const muri_v1_Operation *operation, guint n)
{
  return &operation->targets._buffer[0].vms._buffer[n];
}

const muri_v1_Outcome *
clone_fixture_run (CloneFixture *self, muri_v1_Operation *operation)
{
  fixture_publish (&self->fixture, operation);
  return fixture_outcome (fixture_await_complete (&self->fixture, operation),
                          clone_fixture_target (operation, 0));
}

guint
clone_fixture_count (const muri_v1_Report *report, guint outcome)
{
  guint n = 0;

  for (guint i = 0; i < report->outcomes._length; i++)
    n += report->outcomes._buffer[i].state == outcome;
  return n;
}

/* What a domain's disks are. */
static void
note_volumes (virDomainPtr domain, GHashTable *known)
{
  g_autofree char *xml = virDomainGetXMLDesc (domain, VIR_DOMAIN_XML_INACTIVE);
  const char *at = xml;

  while ((at = strstr (at, "<source file='")) != NULL)
    {
      const char *from = at + strlen ("<source file='");
      const char *to = strchr (from, '\'');
      g_autofree char *path = g_strndup (from, to - from);

      g_hash_table_add (known, g_path_get_basename (path));
      at = to;
    }
}

static void
sweep_volumes (CloneFixture *self, GHashTable *known)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (self->libvirtd);
  virStoragePoolPtr pool = virStoragePoolLookupByName (connection, "muri");
  g_autofree virStorageVolPtr *volumes = NULL;
  int n;

  virStoragePoolRefresh (pool, 0);
  n = virStoragePoolListAllVolumes (pool, &volumes, 0);
  g_assert_cmpint (n, >=, 0);
  for (int i = 0; i < n; i++)
    {
      const char *name = virStorageVolGetName (volumes[i]);

      if (!g_str_has_prefix (name, "muri-") && !g_hash_table_contains (known, name))
        g_error ("an orphan is left: %s", name);
      virStorageVolFree (volumes[i]);
    }
  virStoragePoolFree (pool);
}

void
clone_fixture_sweep (CloneFixture *self, const muri_v1_Report *report, const char *prefix)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (self->libvirtd);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (connection, &domains, 0);
  guint found = 0;

  for (int i = 0; i < n; i++)
    {
      const char *name = virDomainGetName (domains[i]);

      note_volumes (domains[i], known);
      if (g_str_has_prefix (name, prefix))
        {
          muri_v1_Uuid vm;
          const muri_v1_Outcome *outcome;

          virDomainGetUUID (domains[i], vm.b);
          outcome = fixture_outcome (report, &vm);
          if (outcome == NULL || outcome->state != MURI_OUTCOME_DONE)
            g_error ("%s is there, and its outcome is %s", name,
                     outcome != NULL ? muri_outcome_to_nick (outcome->state) : "none");
          found++;
        }
      virDomainFree (domains[i]);
    }
  g_assert_cmpuint (found, ==, clone_fixture_count (report, MURI_OUTCOME_DONE));
  sweep_volumes (self, known);
}

void
clone_fixture_expect_no_orphans (CloneFixture *self)
{
  virConnectPtr connection = muri_test_libvirtd_get_connection (self->libvirtd);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree virDomainPtr *domains = NULL;
  int n = virConnectListAllDomains (connection, &domains, 0);

  for (int i = 0; i < n; i++)
    {
      note_volumes (domains[i], known);
      virDomainFree (domains[i]);
    }
  sweep_volumes (self, known);
}
