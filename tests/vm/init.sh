#!/bin/sh
# init.sh: the first process of the machine that boot.sh starts. Makes it look as the one outside,
# but for the kernel, and runs /out/.command.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci virtio-rng 9pnet_virtio 9p overlay; do modprobe $module; done

mount -t 9p -o trans=virtio,version=9p2000.L,ro,msize=512000,cache=loose host /host
mount -t tmpfs -o size=75% upper /upper
mkdir /upper/files /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work overlay /root

mount -t proc proc /root/proc
mount -t sysfs sys /root/sys
mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
mount -t devtmpfs dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm /root/out /root/lib/modules
mount -t devpts devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t tmpfs -o mode=1777 tmp /root/tmp
mount -t tmpfs -o mode=755 run /root/run
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 out /root/out
for link in fd: stdin:/0 stdout:/1 stderr:/2; do
  ln -s "/proc/self/fd${link#*:}" "/root/dev/${link%%:*}"
done
read -r modules </root/out/.modules
mount -o bind "/root$modules" /root/lib/modules

cat >/root/run/start <<'START'
export HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
hostname vm
ip link set lo up 2>/dev/null || busybox ip link set lo up
cd /sys/fs/cgroup
for controllers in cpu cpuset io memory pids; do echo "+$controllers" >cgroup.subtree_control; done
mkdir -p system.slice/tests.service
echo "+cpu +memory +pids" >system.slice/cgroup.subtree_control
: >/out/.booted
sh -c 'echo 0 >/sys/fs/cgroup/system.slice/tests.service/cgroup.procs; exec sh /out/.command'
echo $? >/out/.status
sync
echo o >/proc/sysrq-trigger
sleep 60
START
exec switch_root /root /bin/sh /run/start
