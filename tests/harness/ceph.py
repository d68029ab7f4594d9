# SPDX-License-Identifier: GPL-3.0-or-later
"""A Ceph cluster of one monitor and one OSD, which keeps all in memory, and a libvirt pool in it.

It runs beside a private libvirtd (see libvirtd.py), whose namespace gets a cable to it; nothing of
it is heard anywhere else. Who uses it needs a key, which libvirt keeps as a secret.
"""

import os
import uuid

from harness import Failure, Processes, run_quietly, wait_until

POOL = 'ceph'
USER = 'muri'

CONF = '''[global]
fsid = {fsid}
mon_host = v1:{address}:6789
public_addr = {address}
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
ms_bind_msgr2 = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_data_avail_crit = 0
osd_objectstore = memstore
memstore_device_bytes = 1073741824
keyring = {directory}/keyring
mon_data = {directory}/mon
osd_data = {directory}/osd
run_dir = {directory}
admin_socket = {directory}/$name.asok
pid_file = {directory}/$name.pid
log_file = {directory}/$name.log
mon_cluster_log_file = {directory}/cluster.log
'''

SECRET = '''<secret ephemeral="no" private="no">
  <uuid>{secret}</uuid>
  <usage type="ceph"><name>client.{user}</name></usage>
</secret>
'''

POOL_XML = '''<pool type="rbd">
  <name>{pool}</name>
  <source>
    <host name="{address}" port="6789"/>
    <name>{pool}</name>
    <auth type="ceph" username="{user}"><secret uuid="{secret}"/></auth>
  </source>
</pool>
'''


class Ceph:
    """`with Ceph(libvirtd):` and libvirt has the pool "ceph". Needs to be root."""

    def __init__(self, libvirtd):
        self.libvirtd = libvirtd
        self.directory = f'{libvirtd.directory}/ceph'
        self.processes = Processes()
        self.cable = f'muri{os.getpid()}'
        self.environment = {**os.environ, 'CEPH_CONF': f'{self.directory}/ceph.conf'}

    def __enter__(self):
        try:
            if os.geteuid():
                raise Failure('only root can lay a cable to Ceph')
            os.makedirs(f'{self.directory}/mon')
            os.makedirs(f'{self.directory}/osd')
            self._connect()
            self._start()
            self._tell_libvirt()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception):
        self.processes.__exit__()

    @property
    def variables(self):
        """What a test finds in its environment."""
        return {'MURI_TEST_CEPH_POOL': POOL, 'CEPH_CONF': f'{self.directory}/ceph.conf'}

    def run(self, *words):
        return run_quietly(list(words), env=self.environment)

    def _connect(self):
        """It goes with the namespace that its other end is in."""
        number = os.getpid() * 4 % 65536
        net = f'10.78.{number // 256}'
        self.address = f'{net}.{number % 256 + 1}'
        other = f'{net}.{number % 256 + 2}'
        holder = str(self.libvirtd.holder.pid)
        run_quietly(['ip', 'link', 'add', self.cable, 'type', 'veth', 'peer', 'name', 'ceph0',
                     'netns', holder])
        run_quietly(['ip', 'addr', 'add', f'{self.address}/30', 'dev', self.cable])
        run_quietly(['ip', 'link', 'set', self.cable, 'up'])
        inside = ['nsenter', '-t', holder, '-n', 'ip']
        run_quietly([*inside, 'addr', 'add', f'{other}/30', 'dev', 'ceph0'])
        run_quietly([*inside, 'link', 'set', 'ceph0', 'up'])

    def _make_keys(self, fsid):
        keyring = f'{self.directory}/keyring'
        everything = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *']
        for name in ('mon.', 'client.admin', 'osd.0', f'client.{USER}'):
            create = [] if os.path.exists(keyring) else ['--create-keyring']
            self.run('ceph-authtool', keyring, *create, '--gen-key', '-n', name, *everything)
        self.run('monmaptool', '--create', '--addv', 'a', f'v1:{self.address}:6789', '--fsid', fsid,
                 f'{self.directory}/monmap')

    def _start(self):
        fsid, osd = str(uuid.uuid4()), str(uuid.uuid4())
        with open(f'{self.directory}/ceph.conf', 'w', encoding='utf-8') as file:
            file.write(CONF.format(fsid=fsid, address=self.address, directory=self.directory))
        self._make_keys(fsid)
        self.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', f'{self.directory}/monmap',
                 '--keyring', f'{self.directory}/keyring')
        self._start_one('ceph-mon', 'a')
        self.run('ceph', '--connect-timeout', '30', 'osd', 'new', osd)
        self.run('ceph-osd', '--mkfs', '-i', '0', '--osd-uuid', osd)
        self._start_one('ceph-osd', '0')
        self.run('ceph', 'osd', 'pool', 'create', POOL, '8')
        wait_until(lambda: ' 1 up' in self.run('ceph', 'osd', 'stat'), 60, 'the OSD is up', 0.2)

    def _start_one(self, program, name):
        with open(f'{self.directory}/{program}.out', 'wb') as log:
            self.processes.start([program, '-f', '-i', name], stdout=log, stderr=log,
                                 env=self.environment)

    def _tell_libvirt(self):
        words = {'pool': POOL, 'user': USER, 'address': self.address, 'secret': str(uuid.uuid4())}
        key = self.run('ceph-authtool', f'{self.directory}/keyring', '-p', '-n', f'client.{USER}')
        for name, text in (('secret', SECRET), ('pool', POOL_XML)):
            with open(f'{self.directory}/{name}.xml', 'w', encoding='utf-8') as file:
                file.write(text.format(**words))
        self.libvirtd.virsh('secret-define', f'{self.directory}/secret.xml')
        self.libvirtd.virsh('secret-set-value', words['secret'], key.strip())
        self.libvirtd.virsh('pool-define', f'{self.directory}/pool.xml')
        self.libvirtd.virsh('pool-start', POOL)
