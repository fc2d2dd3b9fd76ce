import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDestructive } from '../../../../main/runbooks/destructive.ts';
import { confirmationOf, isConfirmed } from '../../../../main/runbooks/running/danger.ts';
import { filled, literal } from '../../../support/steps.ts';

describe('what destroys', () => {
  test.each([
    'kubectl delete pod web-0',
    'kubectl drain node-1 --ignore-daemonsets',
    'rm -rf /var/lib/x',
    'sudo rm -f x',
    'dropdb orders; psql -c "DROP TABLE x"',
    'kill -9 4711',
    'helm uninstall checkout',
    'docker system prune -af',
    'docker rm -f web',
    'systemctl stop nginx',
    'terraform destroy',
    'curl -X DELETE https://api.example/x',
    'git clean -fdx',
    'iptables -F',
    'echo x > /dev/sda',
    'mkfs.ext4 /dev/sdb1',
    'find /tmp -name x -delete',
    'kubectl scale deploy/web --replicas=0',
    'redis-cli FLUSHALL',
    'ipmitool -H bmc-7 power cycle',
    'docker compose down -v',
    'docker-compose -f prod.yml down',
    'etcdctl del --prefix /registry',
    '> /var/log/big.log',
    'df -h\n: > big.log',
    'sudo cat /dev/null > big.log',
    'nomad job stop checkout',
    'aws ec2 stop-instances --instance-ids i-1',
    'aws --profile prod rds reboot-db-instance --db-instance-identifier x',
    'aws s3 rm s3://bucket/x --recursive',
    'gcloud compute instances reset web-1',
    'az vm deallocate -g shop -n web',
    'Restart-Computer -ComputerName web',
  ])('%s', (text) => expect(isDestructive(text)).toBe(true));

  test.each([
    'kubectl get pods -n shop',
    'kubectl logs web-0',
    'kubectl rollout undo deploy/web',
    'systemctl status nginx',
    'systemctl restart nginx',
    'df -h',
    'docker ps',
    'curl https://api.example/health',
    'cat /var/log/dropped-packets.log',
    'grep -r error .',
    'ipmitool -H bmc-7 power status',
    'docker compose ps',
    'aws ec2 describe-instances > out.txt',
    'aws ec2 describe-instances --filters Name=tag:x,Values=stop-me',
    'kubectl get pods 2>&1 | tee pods.txt',
    'etcdctl get --prefix /registry',
    'nomad job status checkout',
    'a=1; test $a -gt 0 && echo ok',
    'diff <(sort a) <(sort b)',
  ])('is not %s', (text) => expect(isDestructive(text)).toBe(false));

  test.each(['aws ', 'docker -a ', 'rm -a ', 'git push ', 'xargs ', 'curl ', '> ', 'docker '])(
    'is looked for without end in no line of megabytes: %j',
    (text) => expect(typeof isDestructive(text.repeat(30_000))).toBe('boolean'),
  );
});

describe('what is typed before', () => {
  test('is the value that names one thing, before those that hold many', () => {
    const parts = [
      literal('kubectl --context '),
      filled('cluster', 'prod-eu'),
      literal(' -n '),
      filled('namespace', 'shop'),
      literal(' delete pod '),
      filled('pod', 'web-0'),
    ];
    const text = parts.map((part) => part.text).join('');
    expect(confirmationOf(text, parts)).toEqual({
      typed: 'web-0',
      why: expect.stringContaining('its pod') as string,
    });
    expect(confirmationOf('kubectl get pods', [literal('kubectl get pods')])).toBeNull();
  });

  test.each([
    [[literal('kubectl delete deploy web --grace-period='), filled('seconds', '30')], 'web'],
    [
      [
        literal('kubectl delete deploy '),
        filled('app', 'web'),
        literal(' --timeout='),
        filled('timeout', '2m'),
      ],
      'web',
    ],
    [[literal('kill -9 '), filled('pid', '4711')], '4711'],
  ])('is never an amount', (parts, typed) => {
    const text = parts.map((part) => part.text).join('');
    expect(confirmationOf(text, parts)?.typed).toBe(typed);
  });

  test.each([
    ['kubectl -n shop delete pod web-0 --force', 'web-0'],
    ['kubectl delete -n shop deployment/web', 'deployment/web'],
    ['kubectl drain node-7 --ignore-daemonsets', 'node-7'],
    ['rm -rf "/var/lib/some thing"', '/var/lib/some thing'],
    ['DROP TABLE IF EXISTS orders', 'orders'],
    ['sudo systemctl stop nginx', 'nginx'],
    ['df -h\nkubectl delete pod late-1', 'late-1'],
    ['kubectl delete pods --all', 'run it'],
  ])('of %s it is %s', (text, typed) => {
    expect(confirmationOf(text, [literal(text)])?.typed).toBe(typed);
  });

  test('something must always be typed, whatever the command', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (rest) => {
        const text = `kubectl delete ${rest}`;
        const asked = confirmationOf(text, [literal(text)]);
        return asked !== null && asked.typed.trim() !== '' && !isConfirmed(asked, '');
      }),
    );
    expect(isConfirmed(null, '')).toBe(true);
    expect(isConfirmed({ typed: 'web-0', why: '' }, ' web-0 ')).toBe(true);
    expect(isConfirmed({ typed: 'web-0', why: '' }, 'web-1')).toBe(false);
  });
});
