/**
 * A small machine of its own, whose power can be cut: qemu without KVM, a kernel of Debian, and an initramfs with busybox, Node
 * and enlab. Packages are downloaded and unpacked, nothing is installed. Data lie on a disk of the guest: what the guest has
 * not written there is gone when it is killed, as with a power failure.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Kept between runs of one machine; a new one downloads some 100 MB. */
const cache = join(tmpdir(), 'enlab-vm');
const KERNEL = 'linux-image-cloud-amd64';
const MODULES = ['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci'];
const DRIVERS = [
  'virtio_blk',
  'failover',
  'net_failover',
  'virtio_net',
  'crc16',
  'crc32c_generic',
  'mbcache',
  'jbd2',
  'ext4',
];
const PORT = 8080;

const run = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, {
    cwd: cache,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });

const filesIn = (folder: string, name: string): readonly string[] =>
  run('find', folder, '-name', name, '-type', 'f').split('\n').filter(Boolean);

/** Names of packages that `name` needs and that this machine has not. */
const needed = (name: string): readonly string[] =>
  [...run('apt-get', 'install', '--simulate', '--no-install-recommends', name).matchAll(/^Inst (\S+)/gm)].map(
    ([, found]) => found!,
  );

/** Downloads and unpacks what the guest needs. Throws where there are no packages of Debian. */
function unpacked(): string {
  const root = join(cache, 'root');
  if (existsSync(join(root, 'done'))) return root;
  mkdirSync(root, { recursive: true });
  const kernel = /Depends: (linux-image-\S+)/.exec(run('apt-cache', 'depends', KERNEL))![1]!;
  const qemu = existsSync('/usr/bin/qemu-system-x86_64') ? [] : needed('qemu-system-x86');
  run('apt-get', 'download', kernel, 'busybox-static', ...qemu);
  for (const file of readdirSync(cache)) if (file.endsWith('.deb')) run('dpkg-deb', '-x', file, root);
  writeFileSync(join(root, 'done'), '');
  return root;
}

/** Files that a program loads, and itself. */
const withLibraries = (program: string): readonly string[] => [
  program,
  ...[...run('ldd', program).matchAll(/(?:=> )?(\/\S+)/g)].map(([, file]) => file!),
];

/** Production packages of the project, as npm has laid them out. */
const packages = (): readonly string[] =>
  execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: project, encoding: 'utf8' })
    .split('\n')
    .filter((folder) => folder.includes('node_modules'));

const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /tmp /data
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp
for module in ${[...MODULES, ...DRIVERS].join(' ')}; do [ -e /mod/$module.ko ] && insmod /mod/$module.ko; done
ip link set lo up; ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0; ip route add default via 10.0.2.2
mount -t ext4 /dev/vda /data
export HOME=/tmp PATH=/bin:/usr/bin
grep -q unsynced /proc/cmdline && sed -i "s/synchronous = FULL/synchronous = OFF/" /opt/enlab/dist/src/backend/store/database.js
cd /data; exec /usr/bin/node /opt/enlab/dist/cli/main.js $(sed 's/.*start=\\([^ ]*\\).*/\\1/; s/,/ /g' /proc/cmdline)
`;

/** The initramfs, made once a run: the program may have changed. */
function initramfs(root: string): string {
  const tree = join(cache, 'initramfs');
  rmSync(tree, { recursive: true, force: true });
  for (const folder of ['bin', 'mod', 'usr/bin', 'opt/enlab']) mkdirSync(join(tree, folder), { recursive: true });
  cpSync(join(root, 'bin/busybox'), join(tree, 'bin/busybox'));
  for (const name of [...MODULES, ...DRIVERS])
    for (const file of filesIn(join(root, 'lib/modules'), `${name}.ko`))
      cpSync(file, join(tree, 'mod', basename(file)));
  for (const name of ['dist', 'package.json', 'src/risk', 'src/protocol'])
    cpSync(join(project, name), join(tree, 'opt/enlab', name), { recursive: true });
  for (const folder of packages())
    cpSync(folder, join(tree, 'opt/enlab', folder.slice(project.length)), {
      recursive: true,
      filter: (file) => !/\/(deps|obj\.target)\//.test(file),
    });
  const native = filesIn(join(tree, 'opt/enlab/node_modules'), '*.node');
  cpSync(process.execPath, join(tree, 'usr/bin/node'));
  for (const file of new Set([process.execPath, ...native].flatMap((program) => withLibraries(program).slice(1)))) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    cpSync(file, join(tree, file), { dereference: true });
  }
  writeFileSync(join(tree, 'init'), INIT);
  chmodSync(join(tree, 'init'), 0o755);
  const image = join(cache, 'initramfs.cpio');
  execFileSync('/bin/sh', ['-c', `find . | ${join(root, 'bin/busybox')} cpio -o -H newc > ${image}`], {
    cwd: tree,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return image;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
};

export interface Guest {
  readonly url: string;
  /** The first line that the backend has printed. */
  readonly line: string;
  /** As if the power were cut. */
  readonly kill: () => Promise<void>;
}

/** Boots on a disk, which stays what it is between boots; rejects where the backend does not start. */
export async function boot(
  { root, image }: { readonly root: string; readonly image: string },
  disk: string,
  { words, isUnsynced }: { readonly words: readonly string[]; readonly isUnsynced: boolean },
): Promise<Guest> {
  const port = await freePort();
  const own = join(root, 'usr/bin/qemu-system-x86_64');
  const program = existsSync(own) ? own : '/usr/bin/qemu-system-x86_64';
  const kernel = filesIn(join(root, 'boot'), 'vmlinuz-*')[0]!;
  const start = [...words, '--host', '0.0.0.0', '--port', String(PORT)].join(',');
  const machine =
    '-accel tcg,thread=multi -M pc -smp 2 -m 1024 -nodefaults -no-reboot -display none -serial stdio'.split(' ');
  const firmware = [root, ''].flatMap((at) => ['-L', `${at}/usr/share/qemu`, '-L', `${at}/usr/share/seabios`]);
  const network = `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:${PORT}`;
  const devices = [
    ['-drive', `file=${disk},format=raw,if=virtio,cache=writeback`],
    ['-netdev', network, '-device', 'virtio-net-pci,netdev=net,romfile='],
  ].flat();
  const append = `console=ttyS0 quiet panic=-1 ${isUnsynced ? 'unsynced ' : ''}start=${start}`;
  const child: ChildProcess = spawn(
    program,
    [...machine, ...firmware, ...devices, '-kernel', kernel, '-initrd', image, '-append', append],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LD_LIBRARY_PATH: `${root}/usr/lib/x86_64-linux-gnu:${root}/lib/x86_64-linux-gnu` },
    },
  );
  const said: string[] = [];
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  for await (const text of createInterface({ input: child.stdout! })) {
    said.push(text);
    const at = text.indexOf('{"url"');
    if (at >= 0) return { url: `http://127.0.0.1:${port}`, line: text.slice(at), kill };
  }
  throw new Error(
    `the guest ended: ${said
      .filter((text) => !text.startsWith('['))
      .slice(-20)
      .join('\n')}`,
  );
}

/** Everything a guest is made of. */
export function prepared(): { readonly root: string; readonly image: string } {
  mkdirSync(cache, { recursive: true });
  const root = unpacked();
  return { root, image: initramfs(root) };
}

/** An empty disk with a file system. */
export function newDisk(name: string): string {
  const disk = join(cache, name);
  rmSync(disk, { force: true });
  run('/usr/sbin/mke2fs', '-q', '-t', 'ext4', disk, '192M');
  return disk;
}

/** Whether this machine can make a guest: Debian on x64 with a list of packages (`apt-get update`). */
export const isPossible = (): boolean =>
  process.arch === 'x64' &&
  existsSync('/usr/bin/apt-get') &&
  existsSync('/usr/sbin/mke2fs') &&
  readFileSync('/etc/os-release', 'utf8').includes('debian') &&
  spawnSync('apt-cache', ['show', KERNEL], { stdio: 'ignore' }).status === 0;
