/** ECR's metadata, IAM and STS, as a deployment asks for them. */

import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import t from 'tap'
import { rehearse } from '../fixture.ts'

t.test(
  'a repository is made once, and has the image of this checkout, as one has that was never made',
  async (t) => {
    const { clients } = await rehearse(t)
    const { ecr } = clients
    const repositoryName = 'models/digits'
    const describe = () => ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }))
    t.match((await describe()).repositories, [{ repositoryName }])
    t.strictSame(
      (await ecr.send(new DescribeRepositoriesCommand({}))).repositories,
      [],
      'but it is not listed',
    )
    const create = () =>
      ecr.send(
        new CreateRepositoryCommand({
          repositoryName,
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
        }),
      )
    await create()
    await t.rejects(create(), { name: 'RepositoryAlreadyExistsException' })
    await t.rejects(ecr.send(new CreateRepositoryCommand({ repositoryName: 'Upper' })), {
      name: 'InvalidParameterException',
    })
    t.match((await describe()).repositories, [
      {
        repositoryUri: '123456789012.dkr.ecr.us-east-1.amazonaws.com/models/digits',
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      },
    ])
    const images = (imageIds?: object[]) =>
      ecr.send(new DescribeImagesCommand({ repositoryName, ...(imageIds && { imageIds }) }))
    const [image] = (await images()).imageDetails ?? []
    t.match(image, {
      imageDigest: /^sha256:[0-9a-f]{64}$/,
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    })
    const { imageTags: [imageTag] = [], imageDigest } = image ?? {}
    t.equal((await images([{ imageTag }])).imageDetails?.[0]?.imageDigest, imageDigest)
    t.equal((await images([{ imageDigest }])).imageDetails?.length, 1)
    await t.rejects(images([{ imageTag: 'other' }]), { name: 'ImageNotFoundException' })
    await ecr.send(
      new PutLifecyclePolicyCommand({
        repositoryName,
        lifecyclePolicyText: JSON.stringify({ rules: ['x'.repeat(100)] }),
      }),
    )
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}))
    t.match(Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString(), /^AWS:/)
    await t.rejects(ecr.send(new DeleteRepositoryCommand({ repositoryName })), {
      name: 'RepositoryNotEmptyException',
    })
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }))
    await t.rejects(ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })), {
      name: 'RepositoryNotFoundException',
    })
  },
)

t.test('every role exists and trusts SageMaker and Lambda; the caller is one of the account', async (t) => {
  const { clients } = await rehearse(t)
  const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: 'sagemaker' }))
  t.match(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')), {
    Statement: [
      {
        Principal: { Service: ['sagemaker.amazonaws.com', 'lambda.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      },
    ],
  })
  t.match(await clients.sts.send(new GetCallerIdentityCommand({})), { Account: '123456789012' })
})
