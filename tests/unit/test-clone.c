/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent-clone-xml.h"
#include "agent-domain-xml.h"
#include "agent-seed.h"
#include "agent-vm.h"
#include "muri-uuid.h"

#include <string.h>

#define ID "7b1f0c4e-9a54-4d53-9a37-0123456789ab"

static const char *const macs[] = { "52:54:00:00:00:01", "52:54:00:00:00:02", NULL };

static void
test_texts (void)
{
  const AgentSeedFacts facts = {
    .instance = ID, .name = "Web_Server 1", .ssh_key = "ssh-ed25519 AAAA \"me\"\\", .macs = macs
  };
  g_autofree char *meta_data = agent_seed_meta_data (&facts);
  g_autofree char *network = agent_seed_network_config (&facts);
  g_autofree char *foreign = agent_seed_host_name ("웹", ID);
  g_autofree char *trimmed = agent_seed_host_name ("--a__", ID);

  g_assert_cmpstr (meta_data, ==,
                   "instance-id: \"" ID "\"\nlocal-hostname: \"web-server-1\"\npublic-keys:\n"
                   "  - \"ssh-ed25519 AAAA \\\"me\\\"\\\\\"\n");
  g_assert_nonnull (strstr (network, "macaddress: \"52:54:00:00:00:02\""));
  g_assert_nonnull (strstr (network, "dhcp-identifier: mac"));
  g_assert_cmpstr (foreign, ==, "vm-7b1f0c4e");
  g_assert_cmpstr (trimmed, ==, "a");
}

/* Where a reader looks for them: ECMA-119 has the volume's name in its sixteenth sector. */
static void
test_image (void)
{
  const AgentSeedFacts facts = {
    .instance = ID, .name = "web-1", .user_data = "#cloud-config\nmine: yes\n", .macs = macs
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = agent_seed_new (&facts, &error);
  gsize size;
  const char *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (image, &size);
  g_assert_cmpuint (size, >, 17 * 2048);
  g_assert_cmpuint (size, <, 1024 * 1024);
  g_assert_cmpint (memcmp (data + 16 * 2048 + 1, "CD001", 5), ==, 0);
  g_assert_cmpint (memcmp (data + 16 * 2048 + 40, "cidata ", 7), ==, 0);
  g_assert_nonnull (memmem (data, size, "mine: yes", 9));
  g_assert_nonnull (memmem (data, size, "local-hostname: \"web-1\"", 23));
  g_assert_nonnull (memmem (data, size, "network-config", 14));
}

static const char description[] =
    "<domain type='kvm'><memory unit='MiB'>512</memory><vcpu current='1'>2</vcpu>"
    "<metadata><muri:vm xmlns:muri='https://muri.github.io/xmlns/vm/1'><muri:guarded/></muri:vm>"
    "<o:x xmlns:o='urn:o'/></metadata>"
    "<cpu mode='host-passthrough'><topology sockets='1' cores='2' threads='1'/></cpu>"
    "<os><type arch='x86_64' machine='q35'>hvm</type><nvram template='/a'>/b.fd</nvram></os>"
    "<devices><disk type='file' device='cdrom'><source file='/iso'/><target dev='sda' bus='sata'/>"
    "</disk><disk type='file' device='disk'><driver name='qemu' type='raw' discard='unmap'/>"
    "<target dev='vda' bus='virtio'/></disk>"
    "<disk type='file' device='disk'><source file='/seed'/><target dev='vdz' bus='virtio'/></disk>"
    "<interface type='bridge'><source bridge='br0'/><model type='virtio'/></interface>"
    "<interface type='network'><source network='b'/></interface>"
    "<channel type='unix'><source mode='bind' path='/x'/>"
    "<target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices></domain>";

static muri_v1_Vm *
make (const AgentCloneFacts *facts, char **text)
{
  g_autoptr (GError) error = NULL;
  muri_v1_Vm *vm = agent_vm_new ();

  *text = agent_clone_xml_new (description, facts, &error);
  g_assert_no_error (error);
  g_assert_true (agent_domain_xml_read (*text, vm));
  return vm;
}

static void
test_xml (void)
{
  static char *groups[] = { "서울/web", "b", NULL };
  AgentCloneFacts facts = { .name = "a<&>b",
                            .linked = TRUE,
                            .disk = "/pool/a&b.qcow2",
                            .seed = "/pool/seed.iso",
                            .network = "mine",
                            .macs = macs,
                            .vcpus = 4,
                            .memory = 1048576,
                            .groups = groups };
  g_autofree char *text = NULL;
  g_autoptr (muri_v1_Vm) vm = NULL;

  muri_uuid_parse (ID, &facts.template_id);
  vm = make (&facts, &text);
  g_assert_cmpuint (agent_clone_xml_count_nics (description, NULL), ==, 2);
  g_assert_nonnull (strstr (text, "<name>a&lt;&amp;&gt;b</name>"));
  g_assert_nonnull (strstr (text, "<memory unit=\"KiB\">1048576</memory>"));
  g_assert_null (strstr (text, "/b.fd"));
  g_assert_null (strstr (text, "topology"));
  g_assert_null (strstr (text, "path=\"/x\""));
  g_assert_nonnull (strstr (text, "urn:o"));
  g_assert_nonnull (strstr (text, "discard=\"unmap\""));
  g_assert_cmpuint (vm->vcpus_max, ==, 4);
  g_assert_false (vm->guarded);
  g_assert_true (vm->linked && muri_uuid_equal (&vm->template_id, &facts.template_id));
  g_assert_cmpuint (vm->groups._length, ==, 2);
  g_assert_cmpstr (vm->groups._buffer[0].group, ==, "서울/web");
  g_assert_cmpuint (vm->disks._length, ==, 3);
  g_assert_cmpstr (vm->disks._buffer[0].source, ==, "");
  g_assert_cmpstr (vm->disks._buffer[1].source, ==, "/pool/a&b.qcow2");
  g_assert_cmpstr (vm->disks._buffer[2].target, ==, "vdz");
  g_assert_cmpstr (vm->nics._buffer[0].network, ==, "mine");
  g_assert_cmpstr (vm->nics._buffer[1].network, ==, "b");
  g_assert_cmpstr (vm->nics._buffer[1].mac, ==, macs[1]);
}

/* Whatever is no machine is refused, not mended. */
static void
test_wrong (void)
{
  static const char *const wrong[] = {
    "",
    "nonsense",
    "<domain/>",
    "<domain><devices/></domain>",
    "<pool><devices><disk/></devices></pool>",
    "<!DOCTYPE domain [<!ENTITY x SYSTEM '/etc/passwd'>]><domain><devices><disk/></devices>"
    "</domain>",
  };
  const AgentCloneFacts facts = { .name = "a", .disk = "/a", .macs = macs };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (agent_clone_xml_new (wrong[i], &facts, &error));
      g_assert_nonnull (error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clone/texts", test_texts);
  g_test_add_func ("/clone/image", test_image);
  g_test_add_func ("/clone/xml", test_xml);
  g_test_add_func ("/clone/wrong", test_wrong);
  return g_test_run ();
}
